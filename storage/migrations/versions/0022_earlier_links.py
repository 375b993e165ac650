"""A client knows whom the bot knew in the same chat before, under an earlier link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of chats that moved before nobody knows it any more."""
    op.add_column("people", sa.Column("earlier_id", Id))


def downgrade() -> None:
    """The column is gone."""
    op.drop_column("people", "earlier_id")
