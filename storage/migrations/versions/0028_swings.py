"""The practice learns how far the ratings of one client lie apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table that is empty at first: what is assumed holds until the keeper has learnt."""
    op.create_table(
        "swings",
        sa.Column("id", Id, primary_key=True),
        sa.Column("learnt_at", UtcDateTime, nullable=False),
        sa.Column("within_thousandths", sa.Integer, nullable=False),
        sa.Column("between_thousandths", sa.Integer, nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The table is gone."""
    op.drop_table("swings")
