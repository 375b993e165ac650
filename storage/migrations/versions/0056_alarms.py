"""Alarms about the machine, and who is admin and has been told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, Text, UtcDateTime

revision = "0056"
down_revision = "0051"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Nobody is admin yet, and nothing is told."""
    op.add_column("people", sa.Column("admin_since", UtcDateTime))
    op.create_table(
        "alarms",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("facts", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_alarms_open",
        "alarms",
        ["kind"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "alarm_tellings",
        sa.Column("alarm_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("told_at", UtcDateTime, nullable=False),
        sa.Column("over_at", UtcDateTime),
        sa.ForeignKeyConstraint(
            ["alarm_id"], ["alarms.id"], name=op.f("fk_alarm_tellings_alarm_id_alarms")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_alarm_tellings_person_id_people")
        ),
        sa.PrimaryKeyConstraint("alarm_id", "person_id", name=op.f("pk_alarm_tellings")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Trouble is said in the log only, as before."""
    op.drop_table("alarm_tellings")
    op.drop_index("ix_alarms_open", "alarms")
    op.drop_table("alarms")
    op.drop_column("people", "admin_since")
