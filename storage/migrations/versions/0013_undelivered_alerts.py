"""A risk case keeps that a message about it could not be delivered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAME = "ck_risk_steps_what"
BEFORE = (
    *("likely", "explicit", "others", "flow", "tell"),
    *("alerted", "told_again", "not_agreed", "unseen"),
    *("seen", "in_touch", "not_reached", "something_else", "closed"),
)
NOW = (*BEFORE, "undelivered")


def upgrade() -> None:
    """A step may be ``undelivered``; every step of before stays what it is."""
    _allow(BEFORE, NOW)


def downgrade() -> None:
    """The word goes, and with it the steps that have it."""
    op.execute("DELETE FROM risk_steps WHERE what = 'undelivered'")
    _allow(NOW, BEFORE)


def _allow(was: tuple[str, ...], is_: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _spell_anew(_listed(was), _listed(is_))
    else:
        op.drop_constraint(op.f(NAME), "risk_steps")
        op.create_check_constraint(op.f(NAME), "risk_steps", f"what IN ({_listed(is_)})")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _spell_anew(was: str, is_: str) -> None:
    """Change the words of the table's definition, whose rows stay where they are.

    The way of https://sqlite.org/lang_altertable.html#otheralter for checks that change.
    """
    conn = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'risk_steps'")
    spelt = " ".join(conn.execute(find).scalar_one().split())
    version = conn.execute(sa.text("PRAGMA schema_version")).scalar_one()
    conn.execute(sa.text("PRAGMA writable_schema = ON"))
    change = "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'risk_steps'"
    conn.execute(sa.text(change), {"sql": spelt.replace(was, is_, 1)})
    conn.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    conn.execute(sa.text("PRAGMA writable_schema = OFF"))
