"""A step knows that the words of its message were changed afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of every step of before it is not known that its words were changed."""
    op.add_column("risk_steps", sa.Column("reworded_at", UtcDateTime))


def downgrade() -> None:
    """The column is gone."""
    op.drop_column("risk_steps", "reworded_at")
