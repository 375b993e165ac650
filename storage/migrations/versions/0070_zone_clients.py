"""The place that an update of the time zones has reached among the clients who wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id

revision = "0070"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An update that is being followed begins with the first client."""
    op.add_column(
        "zone_rules", sa.Column("clients_to", Id, nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    """It is forgotten."""
    op.drop_column("zone_rules", "clients_to")
