"""The messages of which an answer in own words was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Big, Id, Text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table is there, empty: of earlier answers it is not known."""
    op.create_table(
        "answer_messages",
        sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id"), primary_key=True),
        sa.Column("step_id", Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("message_id", Big, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_answer_messages_message_id", "answer_messages", ["message_id"])


def downgrade() -> None:
    """The table is gone; changed messages change nothing any more."""
    op.drop_table("answer_messages")
