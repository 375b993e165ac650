"""A client may take part with two therapists: a care has a code of its own, an open case each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody of before has two cares at once, so every care keeps the code of its client."""
    op.add_column("cares", sa.Column("code", sa.Text))
    op.add_column("cares", sa.Column("joined_at", UtcDateTime))
    _unique("uq_cares_code", "cares", "code", where="code IS NOT NULL")
    _unique("uq_check_ins_open_client", "check_ins", "client_id", where="status = 'open'")
    op.drop_index("uq_risk_cases_open", "risk_cases")
    _unique("uq_risk_cases_open", "risk_cases", "care_id", where="closed_at IS NULL")


def downgrade() -> None:
    """Of several open cases of a client the newest stays open."""
    op.execute(
        "UPDATE risk_cases SET closed_at = changed_at WHERE closed_at IS NULL AND EXISTS (SELECT 1"
        " FROM risk_cases AS newer WHERE newer.client_id = risk_cases.client_id"
        " AND newer.closed_at IS NULL AND newer.id > risk_cases.id)"
    )
    op.drop_index("uq_risk_cases_open", "risk_cases")
    _unique("uq_risk_cases_open", "risk_cases", "client_id", where="closed_at IS NULL")
    op.drop_index("uq_check_ins_open_client", "check_ins")
    op.drop_index("uq_cares_code", "cares")
    op.drop_column("cares", "joined_at")
    op.drop_column("cares", "code")


def _unique(name: str, table: str, column: str, *, where: str) -> None:
    rows = sa.text(where)
    op.create_index(name, table, [column], unique=True, sqlite_where=rows, postgresql_where=rows)
