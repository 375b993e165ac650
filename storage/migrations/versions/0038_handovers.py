"""A client may be handed over to another therapist of the practice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, Text, UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been handed over."""
    op.create_table(
        "handovers",
        sa.Column("id", Id, nullable=False),
        sa.Column("care_id", Id, nullable=False),
        sa.Column("to_therapist_id", Id, nullable=False),
        sa.Column("proposed_by", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.Column("look_at", UtcDateTime),
        sa.Column("asked_at", UtcDateTime),
        sa.Column("lets_read_at", UtcDateTime),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("new_care_id", Id),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.ForeignKeyConstraint(["care_id"], ["cares.id"], name=op.f("fk_handovers_care_id_cares")),
        sa.ForeignKeyConstraint(
            ["to_therapist_id"], ["people.id"], name=op.f("fk_handovers_to_therapist_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["new_care_id"], ["cares.id"], name=op.f("fk_handovers_new_care_id_cares")
        ),
        sa.CheckConstraint(
            "proposed_by IN ('therapist', 'practice')", name=op.f("ck_handovers_proposed_by")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'taken', 'asked', 'agreed', 'done', 'no_room', 'declined',"
            " 'withdrawn', 'unanswered', 'over')",
            name=op.f("ck_handovers_state"),
        ),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handovers_new_care_id"), "handovers", ["new_care_id"])
    op.create_index(
        "uq_handovers_open",
        "handovers",
        ["care_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_handovers_look_at",
        "handovers",
        ["look_at"],
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )


def downgrade() -> None:
    """That anybody was handed over is forgotten; the cares stay as they are."""
    op.drop_table("handovers")
