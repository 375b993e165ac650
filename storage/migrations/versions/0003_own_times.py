"""A client's own times, and the local date from which an enrolment counts its days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import LocalDate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("started_on", "wish_at", "wish_days")


def upgrade() -> None:
    """The columns are there, empty: until then nobody had own times, and dates follow the zone."""
    op.add_column("enrolments", sa.Column("started_on", LocalDate))
    op.add_column("enrolments", sa.Column("wish_at", sa.Text))
    op.add_column("enrolments", sa.Column("wish_days", sa.Text))


def downgrade() -> None:
    """The columns are gone, and own times with them."""
    for column in reversed(COLUMNS):
        op.drop_column("enrolments", column)
