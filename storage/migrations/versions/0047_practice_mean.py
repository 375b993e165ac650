"""The practice learns the mean of its clients' ratings too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row of before has none."""
    op.add_column("swings", sa.Column("mean_thousandths", sa.Integer))


def downgrade() -> None:
    """It is not known any more."""
    op.drop_column("swings", "mean_thousandths")
