"""A client may go on in another chat; a message may be for the chat before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Bytes, Id, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

UNSETTLED = sa.text("opened_at IS NOT NULL AND settled_at IS NULL")


def upgrade() -> None:
    """Nobody has moved; every message of before was for the person's own chat."""
    op.create_table(
        "moves",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("care_id", Id, nullable=False),
        sa.Column("invite_id", Id, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=True),
        sa.Column("former_chat_sealed", Bytes, nullable=True),
        sa.Column("introduced_at", UtcDateTime, nullable=True),
        sa.Column("stop_asked_at", UtcDateTime, nullable=True),
        sa.Column("settled_at", UtcDateTime, nullable=True),
        sa.Column("ended", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
        sa.UniqueConstraint("invite_id", name=op.f("uq_moves_invite_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_moves_person_id_people")
        ),
        sa.ForeignKeyConstraint(["care_id"], ["cares.id"], name=op.f("fk_moves_care_id_cares")),
        sa.ForeignKeyConstraint(
            ["invite_id"], ["invites.id"], name=op.f("fk_moves_invite_id_invites")
        ),
        sa.CheckConstraint("ended IN ('recognised', 'undone')", name=op.f("ck_moves_ended")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("uq_moves_unsettled"),
        "moves",
        ["person_id"],
        unique=True,
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )
    op.create_index(op.f("ix_moves_person_id"), "moves", ["person_id"])
    op.add_column("outbox", sa.Column("address", sa.Text))


def downgrade() -> None:
    """Clients who moved stay where they are."""
    op.drop_column("outbox", "address")
    op.drop_table("moves")
