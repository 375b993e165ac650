"""Risk cases with every step in them, and a consent to alerts beside the one to the answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.column_types import Big, Id, Text, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATES = ("open", "seen", "in_touch", "not_reached", "closed")
STEPS = (
    *("likely", "explicit", "others", "flow", "tell"),
    *("alerted", "told_again", "not_agreed", "unseen"),
    *("seen", "in_touch", "not_reached", "something_else", "closed"),
)
_ITEMS = "item IN ('answers', 'alerts')"


def upgrade() -> None:
    """Both tables are there, empty; every consent of before is one to the answers."""
    op.create_table(
        "risk_cases",
        sa.Column("id", Id, primary_key=True),
        _belongs_to("care_id", "cares"),
        _belongs_to("client_id", "people"),
        sa.Column("state", Text, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("next_at", UtcDateTime),
        _one_of("state", STATES),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    _index("uq_risk_cases_open", "risk_cases", "client_id", where="closed_at IS NULL", unique=True)
    _index("ix_risk_cases_due", "risk_cases", "next_at", where="next_at IS NOT NULL")
    op.create_table(
        "risk_steps",
        sa.Column("id", Id, primary_key=True),
        _belongs_to("care_id", "cares"),
        _belongs_to("case_id", "risk_cases", nullable=True),
        sa.Column("what", Text, nullable=False),
        _belongs_to("person_id", "people", nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("said_at", UtcDateTime),
        sa.Column("message_id", Big),
        sa.Column("detail", Text, nullable=False),
        _one_of("what", STEPS),
        sqlite_strict=True,
    )
    alerted = "what = 'alerted'"
    _index(
        "uq_risk_steps_alerted", "risk_steps", "case_id", "person_id", where=alerted, unique=True
    )
    op.create_index("ix_risk_steps_care_id_at", "risk_steps", ["care_id", "at"])
    op.create_index("ix_risk_steps_case_id", "risk_steps", ["case_id"])
    _add_item()


def downgrade() -> None:
    """The tables are gone, and with them every consent to alerts."""
    op.drop_table("risk_steps")
    op.drop_table("risk_cases")
    op.drop_index("uq_consents_in_force", "consents")
    op.execute("DELETE FROM consents WHERE item <> 'answers'")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_consents_item"), "consents")
    op.drop_column("consents", "item")
    in_force = "revoked_at IS NULL"
    _index("uq_consents_in_force", "consents", "care_id", where=in_force, unique=True)


def _add_item() -> None:
    """SQLite takes the check with its column only, PostgreSQL by its name only."""
    op.drop_index("uq_consents_in_force", "consents")
    if op.get_bind().dialect.name == "postgresql":
        item = sa.Column("item", Text, nullable=False, server_default="answers")
        op.add_column("consents", item)
        op.create_check_constraint(op.f("ck_consents_item"), "consents", _ITEMS)
    else:
        op.execute(
            "ALTER TABLE consents ADD COLUMN item TEXT DEFAULT 'answers' NOT NULL "
            f"CONSTRAINT ck_consents_item CHECK ({_ITEMS})"
        )
    in_force = "revoked_at IS NULL"
    _index("uq_consents_in_force", "consents", "care_id", "item", where=in_force, unique=True)


def _belongs_to(name: str, table: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _one_of(column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _index(name: str, table: str, *columns: str, where: str, unique: bool = False) -> None:
    partial: dict[str, Any] = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(name, table, list(columns), unique=unique, **partial)
