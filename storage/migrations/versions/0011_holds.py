"""After a crisis card nothing is asked for a while, and the quiet line comes once a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, LocalDate, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables are there, empty."""
    op.create_table(
        "holds",
        sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
        sa.Column("until_at", UtcDateTime, nullable=False),
        sa.Column("check_in_id", Id, sa.ForeignKey("check_ins.id")),
        sa.Column("note_id", Id),
        sa.Column("told_at", UtcDateTime),
        sqlite_strict=True,
    )
    op.create_table(
        "quiet_lines",
        sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
        sa.Column("owed_on", LocalDate, nullable=False),
        sa.Column("outbox_id", Id),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The tables are gone: questions follow a crisis card by themselves again."""
    op.drop_table("quiet_lines")
    op.drop_table("holds")
