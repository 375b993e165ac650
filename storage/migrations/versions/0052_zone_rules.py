"""The rules of time zones by which what is to come was planned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Bytes, Id, Text

revision = "0052"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is known of them yet: the first look writes down those of today."""
    op.create_table(
        "zone_rules",
        sa.Column("zone", Text, nullable=False),
        sa.Column("rules", Bytes, nullable=False),
        sa.Column("becomes", Bytes),
        sa.Column("done_to", Id, nullable=False),
        sa.PrimaryKeyConstraint("zone", name=op.f("pk_zone_rules")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """They are forgotten."""
    op.drop_table("zone_rules")
