"""A therapist may choose the day and the hour of their digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody keeps the practice's own day and hour."""
    op.add_column("people", sa.Column("digest_weekday", sa.Text))
    op.add_column("people", sa.Column("digest_wall", sa.Text))
    op.add_column("people", sa.Column("digest_set_at", UtcDateTime))


def downgrade() -> None:
    """The digest comes at the practice's own day and hour again."""
    for column in ("digest_set_at", "digest_wall", "digest_weekday"):
        op.drop_column("people", column)
