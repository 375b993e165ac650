"""The addresses to which this practice ever let Telegram deliver, as marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Text, UtcDateTime

revision = "0064"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None was ever set."""
    op.create_table(
        "own_webhooks",
        sa.Column("mark", Text, nullable=False),
        sa.Column("first_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_own_webhooks")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """A webhook that is set counts as somebody else's: remove it before."""
    op.drop_table("own_webhooks")
