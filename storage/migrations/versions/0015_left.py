"""A care knows when it came to its end, and by whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A care that had ended before did so when its consent was taken back; of a no of before nobody
    knows the day.
    """
    op.add_column("cares", sa.Column("ended_at", UtcDateTime))
    op.add_column("cares", sa.Column("ended_by", sa.Text))
    op.execute(
        "UPDATE cares SET ended_by = 'client', ended_at = ("
        " SELECT max(consents.revoked_at) FROM consents"
        " WHERE consents.care_id = cares.id AND consents.item = 'answers'"
        ") WHERE state = 'ended'"
    )


def downgrade() -> None:
    """The columns are gone."""
    op.drop_column("cares", "ended_by")
    op.drop_column("cares", "ended_at")
