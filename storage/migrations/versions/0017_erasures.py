"""A log of who was erased, by code, and which therapist has read that one client was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Bytes, Id, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been erased yet."""
    op.create_table(
        "erasures",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("known_since", UtcDateTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("erased_at", UtcDateTime, nullable=False),
        sa.Column("chat_sealed", Bytes, nullable=True),
        sa.Column("left_at", UtcDateTime, nullable=True),
        sa.Column("scrubbed_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("code", name=op.f("uq_erasures_code")),
        sa.CheckConstraint("by IN ('client', 'practice')", name=op.f("ck_erasures_by")),
        sqlite_strict=True,
    )
    op.create_table(
        "erasure_notices",
        sa.Column("erasure_id", Id, nullable=False),
        sa.Column("therapist_id", Id, nullable=False),
        sa.Column("digest_id", Id, nullable=True),
        sa.PrimaryKeyConstraint("erasure_id", "therapist_id", name=op.f("pk_erasure_notices")),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name=op.f("fk_erasure_notices_erasure_id_erasures")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["people.id"], name=op.f("fk_erasure_notices_therapist_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_erasure_notices_digest_id_digests")
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The log is gone."""
    op.drop_table("erasure_notices")
    op.drop_table("erasures")
