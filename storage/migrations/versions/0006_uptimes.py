"""From when to when the bot was up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table is there, empty: of the time before nothing is known."""
    op.create_table(
        "uptimes",
        sa.Column("id", Id, primary_key=True),
        sa.Column("from_at", UtcDateTime, nullable=False),
        sa.Column("until_at", UtcDateTime, nullable=False),
        sa.Column("told_after", sa.Integer),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The table is gone, and it is not known any more when the bot was away."""
    op.drop_table("uptimes")
