"""A therapist may want a card on the morning of each therapy session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import LocalDate, UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has asked for it."""
    op.add_column("people", sa.Column("mornings_since", UtcDateTime))
    op.add_column("people", sa.Column("morning_on", LocalDate))


def downgrade() -> None:
    """The cards come to nobody any more."""
    op.drop_column("people", "morning_on")
    op.drop_column("people", "mornings_since")
