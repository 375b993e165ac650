"""Answers and notes that their client holds back from the digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing of before is held back."""
    op.create_table(
        "held_back",
        sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
        sa.Column("step_id", sa.Text, primary_key=True),
        sa.Column("held_back_at", UtcDateTime, nullable=False),
        sqlite_strict=True,
    )
    op.add_column("notes", sa.Column("held_back_at", UtcDateTime))


def downgrade() -> None:
    """Everything that was held back counts again."""
    op.drop_column("notes", "held_back_at")
    op.drop_table("held_back")
