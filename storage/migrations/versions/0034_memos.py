"""A therapist may write notes of their own about a client."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Bytes, Id, UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has written any."""
    op.create_table(
        "memos",
        sa.Column("id", Id, nullable=False),
        sa.Column("care_id", Id, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("noted_at", UtcDateTime, nullable=False),
        sa.Column("memo_sealed", Bytes, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memos")),
        sa.ForeignKeyConstraint(["care_id"], ["cares.id"], name=op.f("fk_memos_care_id_cares")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["people.id"], name=op.f("fk_memos_client_id_people")
        ),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_memos_care_id"), "memos", ["care_id"])


def downgrade() -> None:
    """The notes of therapists are gone."""
    op.drop_index(op.f("ix_memos_care_id"), "memos")
    op.drop_table("memos")
