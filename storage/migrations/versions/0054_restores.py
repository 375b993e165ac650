"""Changes that are to go into the log beside the backups; what was lost by a restore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, Text, UtcDateTime

revision = "0054"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was ever restored."""
    op.create_table(
        "unlogged",
        sa.Column("id", Id, nullable=False),
        sa.Column("place", Text, nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlogged")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "restores",
        sa.Column("id", Id, nullable=False),
        sa.Column("backup_at", UtcDateTime, nullable=False),
        sa.Column("lost_at", UtcDateTime, nullable=False),
        sa.Column("restored_at", UtcDateTime, nullable=False),
        sa.Column("asked_after", Id, nullable=False),
        sa.Column("settled_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restores")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lost_words",
        sa.Column("restore_id", Id, nullable=False),
        sa.Column("care_id", Id, nullable=False),
        sa.Column("told_at", UtcDateTime),
        sa.ForeignKeyConstraint(
            ["restore_id"], ["restores.id"], name=op.f("fk_lost_words_restore_id_restores")
        ),
        sa.ForeignKeyConstraint(
            ["care_id"], ["cares.id"], name=op.f("fk_lost_words_care_id_cares")
        ),
        sa.PrimaryKeyConstraint("restore_id", "care_id", name=op.f("pk_lost_words")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Nobody remembers that something was restored."""
    op.drop_table("lost_words")
    op.drop_table("restores")
    op.drop_table("unlogged")
