"""Therapy sessions may come from a calendar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Bytes, Id, UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

MARKED = sa.text("calendar_mark IS NOT NULL")


def upgrade() -> None:
    """No therapy session of before comes from a calendar."""
    op.create_table(
        "calendar_imports",
        sa.Column("id", Id, nullable=False),
        sa.Column("therapist_id", Id, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("body_sealed", Bytes, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_imports")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["people.id"], name=op.f("fk_calendar_imports_therapist_id_people")
        ),
        sa.CheckConstraint(
            "source IN ('file', 'address')", name=op.f("ck_calendar_imports_source")
        ),
        sa.CheckConstraint(
            "state IN ('to_fetch', 'shown', 'wanted')", name=op.f("ck_calendar_imports_state")
        ),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.add_column("therapy_sessions", sa.Column("calendar_mark", sa.Text))
    op.add_column("therapy_sessions", sa.Column("calendar_from", sa.Text))
    op.create_index(
        "uq_therapy_sessions_calendar",
        "therapy_sessions",
        ["calendar_mark"],
        unique=True,
        sqlite_where=MARKED,
        postgresql_where=MARKED,
    )


def downgrade() -> None:
    """The therapy sessions stay; nobody knows any more which appointment they are."""
    op.drop_index("uq_therapy_sessions_calendar", "therapy_sessions")
    op.drop_column("therapy_sessions", "calendar_from")
    op.drop_column("therapy_sessions", "calendar_mark")
    op.drop_table("calendar_imports")
