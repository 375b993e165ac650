"""A therapist may switch off the picture that goes with each digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column is there, empty: nobody has switched it off."""
    op.add_column("people", sa.Column("pictures_off_at", UtcDateTime))


def downgrade() -> None:
    """The column is gone, and with it whose pictures were switched off."""
    op.drop_column("people", "pictures_off_at")
