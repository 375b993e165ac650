"""Several processes of ``interlude run`` on one database: which live, and which leads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, UtcDateTime, YesNo

revision = "0060"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None runs yet; rows that a process of before had claimed are nobody's."""
    op.create_table(
        "runs",
        sa.Column("id", Id, primary_key=True),
        sa.Column("until_at", UtcDateTime, nullable=False),
        sa.Column("saw", Id, nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", Id, nullable=False),
        sa.Column("term", Id, nullable=False),
        sa.Column("until_at", UtcDateTime, nullable=False),
        sa.Column("is_caught_up", YesNo, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_lead_single")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Stop every process before."""
    op.drop_table("lead")
    op.drop_table("runs")
