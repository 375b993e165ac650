"""The log of erasings names the care where one alone was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody of before was erased as a whole."""
    op.add_column("erasures", sa.Column("care_id", Id))


def downgrade() -> None:
    """The rows stay, without the care."""
    op.drop_column("erasures", "care_id")
