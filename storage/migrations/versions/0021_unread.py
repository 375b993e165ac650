"""A digest knows when clients were told that nobody has read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of digests of before nobody was told so."""
    op.add_column("digests", sa.Column("unread_told_at", UtcDateTime))


def downgrade() -> None:
    """The column is gone."""
    op.drop_column("digests", "unread_told_at")
