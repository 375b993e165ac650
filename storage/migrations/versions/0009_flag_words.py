"""The state of a flag before a client's word in a check-in, so that the word can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, Text, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table is there, empty: words from before have done what they did."""
    op.create_table(
        "flag_words",
        sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
        sa.Column("flag_id", Id, sa.ForeignKey("flags.id"), primary_key=True),
        sa.Column("state_before", Text, nullable=False),
        sa.Column("changed_before_at", UtcDateTime, nullable=False),
        sa.Column("given_at", UtcDateTime, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_flag_words_flag_id", "flag_words", ["flag_id"])


def downgrade() -> None:
    """The table is gone: what was said stays said."""
    op.drop_table("flag_words")
