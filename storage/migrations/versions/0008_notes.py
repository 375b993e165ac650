"""Notes: words of a client that were no answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Bytes, Id, Text, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table is there, empty."""
    op.create_table(
        "notes",
        sa.Column("id", Id, primary_key=True),
        sa.Column("care_id", Id, sa.ForeignKey("cares.id"), nullable=False),
        sa.Column("client_id", Id, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id")),
        sa.Column("step_id", Text),
        sa.Column("written_at", UtcDateTime, nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
        sa.Column("kept_at", UtcDateTime),
        sa.Column("words_sealed", Bytes, nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notes_care_id_kept_at", "notes", ["care_id", "kept_at"])


def downgrade() -> None:
    """The table is gone, and what clients wrote beside their answers with it."""
    op.drop_table("notes")
