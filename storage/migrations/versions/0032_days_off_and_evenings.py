"""Days off for one client or all, and the list of a day's therapy sessions in the evening."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, LocalDate, UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

UNSETTLED = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """Nobody has days off; every therapist gets the list at the hour of the practice."""
    op.create_table(
        "days_off",
        sa.Column("id", Id, nullable=False),
        sa.Column("therapist_id", Id, nullable=False),
        sa.Column("care_id", Id),
        sa.Column("first_on", LocalDate, nullable=False),
        sa.Column("last_on", LocalDate, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("undone_at", UtcDateTime),
        sa.Column("settled_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_days_off")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["people.id"], name=op.f("fk_days_off_therapist_id_people")
        ),
        sa.ForeignKeyConstraint(["care_id"], ["cares.id"], name=op.f("fk_days_off_care_id_cares")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_days_off_unsettled",
        "days_off",
        ["id"],
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )
    op.create_index(op.f("ix_days_off_therapist_id"), "days_off", ["therapist_id"])
    op.create_table(
        "evenings",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("list_at", sa.Text),
        sa.Column("listed_on", LocalDate),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_evenings")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_evenings_person_id_people")
        ),
        sqlite_strict=True,
    )
    op.add_column("therapy_sessions", sa.Column("days_off_id", Id))


def downgrade() -> None:
    """Therapy sessions that were called off stay so."""
    op.drop_column("therapy_sessions", "days_off_id")
    op.drop_table("evenings")
    op.drop_table("days_off")
