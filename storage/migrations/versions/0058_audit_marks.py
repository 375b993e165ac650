"""Each row of the audit trail carries a mark that covers the one before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rows of before have none; the first mark will cover them."""
    op.add_column("audit", sa.Column("mark", sa.LargeBinary()))


def downgrade() -> None:
    """The marks are gone."""
    op.drop_column("audit", "mark")
