"""Files that were sent are found without reading every message of years, hourly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A small index over them."""
    files = sa.text("kind = 'document'")
    op.create_index(
        "ix_outbox_file",
        "outbox",
        ["finished_at"],
        sqlite_where=files,
        postgresql_where=files,
    )


def downgrade() -> None:
    """The index is gone."""
    op.drop_index("ix_outbox_file", "outbox")
