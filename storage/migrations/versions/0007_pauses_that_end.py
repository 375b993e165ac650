"""A pause may end by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column is there, empty: until then every pause lasted until the client went on."""
    op.add_column("cares", sa.Column("paused_until", UtcDateTime))


def downgrade() -> None:
    """The column is gone, and pauses last until the client goes on."""
    op.drop_column("cares", "paused_until")
