"""Therapy sessions may repeat at a regular time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, LocalDate, UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing repeats yet: every therapy session of before was typed."""
    op.create_table(
        "regular_times",
        sa.Column("id", Id, nullable=False),
        sa.Column("care_id", Id, nullable=False),
        sa.Column("first_on", LocalDate, nullable=False),
        sa.Column("at_wall", sa.Text, nullable=False),
        sa.Column("weeks", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("sessions_until", LocalDate),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regular_times")),
        sa.ForeignKeyConstraint(
            ["care_id"], ["cares.id"], name=op.f("fk_regular_times_care_id_cares")
        ),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    _index("uq_regular_times_running", "regular_times", ["care_id"], "ended_at IS NULL", True)
    _index(
        "ix_regular_times_to_plan", "regular_times", ["sessions_until"], "ended_at IS NULL", False
    )
    op.add_column("therapy_sessions", sa.Column("regular_id", Id))
    op.add_column("therapy_sessions", sa.Column("regular_on", LocalDate))
    op.add_column("therapy_sessions", sa.Column("by_hand_at", UtcDateTime))
    _index(
        "uq_therapy_sessions_regular",
        "therapy_sessions",
        ["care_id", "regular_id", "regular_on"],
        "regular_id IS NOT NULL",
        True,
    )


def downgrade() -> None:
    """The therapy sessions that were made stay; none is made any more."""
    op.drop_index("uq_therapy_sessions_regular", "therapy_sessions")
    for column in ("by_hand_at", "regular_on", "regular_id"):
        op.drop_column("therapy_sessions", column)
    op.drop_table("regular_times")


def _index(name: str, table: str, columns: list[str], where: str, unique: bool) -> None:
    rows = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=rows, postgresql_where=rows)
