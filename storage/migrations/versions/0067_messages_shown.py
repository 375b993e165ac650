"""At each tap it is asked whether its message is one of ours to that person: an index for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Messages that are over, by whom they were for and their number."""
    where = sa.text("kind IN ('message', 'document') AND finished_at IS NOT NULL")
    op.create_index(
        "ix_outbox_shown",
        "outbox",
        ["person_id", "message_id"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """It is searched for row by row again."""
    op.drop_index("ix_outbox_shown", "outbox")
