"""Leave: days off for all clients in which digests wait, or somebody stands in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, Text, UtcDateTime

revision = "0044"
down_revision = "0041"
branch_labels = None
depends_on = None

TELLING = sa.text("telling IS NOT NULL")


def upgrade() -> None:
    """Days off that are known are no leave: digests and alerts come in them as before."""
    op.create_table(
        "leaves",
        sa.Column("days_off_id", Id, autoincrement=False, nullable=False),
        sa.Column("digests", Text, nullable=False),
        sa.Column("stand_in_id", Id),
        sa.Column("stand_in_said", Text),
        sa.Column("told_at", UtcDateTime),
        sa.Column("telling", Text),
        sa.Column("told_to", Id, nullable=False, server_default="0"),
        sa.Column("back_told_at", UtcDateTime),
        sa.PrimaryKeyConstraint("days_off_id", name=op.f("pk_leaves")),
        sa.ForeignKeyConstraint(
            ["days_off_id"], ["days_off.id"], name=op.f("fk_leaves_days_off_id_days_off")
        ),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["people.id"], name=op.f("fk_leaves_stand_in_id_people")
        ),
        sa.CheckConstraint("digests IN ('waits', 'comes')", name=op.f("ck_leaves_digests")),
        sa.CheckConstraint("stand_in_said IN ('yes', 'no')", name=op.f("ck_leaves_stand_in_said")),
        sa.CheckConstraint("telling IN ('away', 'changed')", name=op.f("ck_leaves_telling")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_leaves_telling",
        "leaves",
        ["days_off_id"],
        sqlite_where=TELLING,
        postgresql_where=TELLING,
    )


def downgrade() -> None:
    """Digests and alerts come in these days as on others."""
    op.drop_table("leaves")
