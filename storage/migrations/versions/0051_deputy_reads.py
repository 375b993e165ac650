"""The digests of a leave may go to a deputy, as far as clients agree that just they read them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

ASKED = ("alerts", "deputy", "supervisor", "receipts", "supervisor_view")
ITEMS = ("answers", "alerts", "deputy", "supervisor", "receipts", "supervisor_view")
DIGESTS = ("waits", "comes")
NEW_ITEM, NEW_WORD = "deputy_view", "deputy"


def upgrade() -> None:
    """No deputy reads any digest yet."""
    _allow("consents", "item", ITEMS, (*ITEMS, NEW_ITEM))
    _allow("consent_questions", "item", ASKED, (*ASKED, NEW_ITEM))
    _allow("leaves", "digests", DIGESTS, (*DIGESTS, NEW_WORD))


def downgrade() -> None:
    """The agreements go; digests that went to a deputy come to the therapist as ever."""
    op.execute(f"UPDATE leaves SET digests = 'comes' WHERE digests = '{NEW_WORD}'")
    for table in ("consents", "consent_questions"):
        op.execute(f"DELETE FROM {table} WHERE item = '{NEW_ITEM}'")
    _allow("leaves", "digests", (*DIGESTS, NEW_WORD), DIGESTS)
    _allow("consent_questions", "item", (*ASKED, NEW_ITEM), ASKED)
    _allow("consents", "item", (*ITEMS, NEW_ITEM), ITEMS)


def _allow(table: str, column: str, was: tuple[str, ...], is_: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _spell_anew(table, f"{column} IN ({_listed(was)})", f"{column} IN ({_listed(is_)})")
    else:
        name = op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, f"{column} IN ({_listed(is_)})")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _spell_anew(table: str, was: str, is_: str) -> None:
    """Change the words of the table's definition, whose rows stay where they are.

    The way of https://sqlite.org/lang_altertable.html#otheralter for checks that change.
    """
    conn = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    spelt = " ".join(conn.execute(find, {"name": table}).scalar_one().split())
    version = conn.execute(sa.text("PRAGMA schema_version")).scalar_one()
    conn.execute(sa.text("PRAGMA writable_schema = ON"))
    change = "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"
    conn.execute(sa.text(change), {"sql": spelt.replace(was, is_, 1), "name": table})
    conn.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    conn.execute(sa.text("PRAGMA writable_schema = OFF"))
