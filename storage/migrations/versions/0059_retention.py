"""A client who is with nobody any more is told when they are erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0059"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody was told yet."""
    op.add_column("people", sa.Column("erase_at", UtcDateTime()))


def downgrade() -> None:
    """The times that were told are forgotten."""
    op.drop_column("people", "erase_at")
