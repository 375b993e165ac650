"""A therapist may end a therapy on a day, with last questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No therapy is to end."""
    op.add_column("cares", sa.Column("ending_at", UtcDateTime))
    op.add_column("cares", sa.Column("ending", sa.Text))


def downgrade() -> None:
    """Therapies that were to end go on."""
    op.drop_column("cares", "ending")
    op.drop_column("cares", "ending_at")
