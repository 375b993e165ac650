"""More matters can be agreed to apart, and a care knows which changed text was shown in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "ck_consents_item"
BEFORE = ("answers", "alerts")
NOW = (*BEFORE, "deputy", "supervisor", "receipts")


def upgrade() -> None:
    """Consents may be to more items; those of before stay what they are."""
    op.add_column("cares", sa.Column("consent_asked", sa.Text))
    _allow(BEFORE, NOW)


def downgrade() -> None:
    """The items go, and with them the consents to them."""
    op.execute("DELETE FROM consents WHERE item NOT IN ('answers', 'alerts')")
    _allow(NOW, BEFORE)
    op.drop_column("cares", "consent_asked")


def _allow(was: tuple[str, ...], is_: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _spell_anew(_listed(was), _listed(is_))
    else:
        op.drop_constraint(op.f(NAME), "consents")
        op.create_check_constraint(op.f(NAME), "consents", f"item IN ({_listed(is_)})")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _spell_anew(was: str, is_: str) -> None:
    """Change the words of the table's definition, whose rows stay where they are.

    The way of https://sqlite.org/lang_altertable.html#otheralter for checks that change.
    """
    conn = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'consents'")
    spelt = " ".join(conn.execute(find).scalar_one().split())
    version = conn.execute(sa.text("PRAGMA schema_version")).scalar_one()
    conn.execute(sa.text("PRAGMA writable_schema = ON"))
    change = "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'consents'"
    conn.execute(sa.text(change), {"sql": spelt.replace(was, is_, 1)})
    conn.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    conn.execute(sa.text("PRAGMA writable_schema = OFF"))
