"""Beginning again: a client whose therapy had ended is asked whether to go on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0050"
down_revision = "0047"
branch_labels = None
depends_on = None

TO_ASK = sa.text("again_look_at IS NOT NULL")


def upgrade() -> None:
    """Nobody was asked."""
    op.add_column("cares", sa.Column("again_at", UtcDateTime))
    op.add_column("cares", sa.Column("again_look_at", UtcDateTime))
    op.create_index(
        "ix_cares_again_look_at",
        "cares",
        ["again_look_at"],
        sqlite_where=TO_ASK,
        postgresql_where=TO_ASK,
    )


def downgrade() -> None:
    """The therapy of whoever has not answered is over, as before."""
    op.execute("UPDATE cares SET state = 'ended' WHERE again_at IS NOT NULL AND state = 'asked'")
    op.drop_index("ix_cares_again_look_at", "cares")
    op.drop_column("cares", "again_look_at")
    op.drop_column("cares", "again_at")
