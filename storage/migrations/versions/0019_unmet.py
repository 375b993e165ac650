"""A client may say that a therapy session did not take place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody had been asked before."""
    op.add_column("therapy_sessions", sa.Column("unmet", sa.Text))
    op.add_column("therapy_sessions", sa.Column("unmet_said_at", UtcDateTime))


def downgrade() -> None:
    """The columns are gone."""
    op.drop_column("therapy_sessions", "unmet_said_at")
    op.drop_column("therapy_sessions", "unmet")
