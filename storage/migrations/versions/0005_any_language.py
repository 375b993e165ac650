"""A person may be addressed in any language: which there are is no business of the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = "ck_people_language"
RULE = "language IN ('en', 'de', 'de_du')"
CONSTRAINT = f"CONSTRAINT {NAME} CHECK ({RULE})"
ROLE = "CONSTRAINT ck_people_role CHECK"


def upgrade() -> None:
    """Any code fits into the column."""
    if op.get_bind().dialect.name == "sqlite":
        _spell_people_anew(f", {CONSTRAINT}", "")
    else:
        op.drop_constraint(op.f(NAME), "people")


def downgrade() -> None:
    """Only English and German fit again. IntegrityError: somebody is addressed otherwise."""
    if op.get_bind().dialect.name == "sqlite":
        _spell_people_anew(ROLE, f"{CONSTRAINT}, {ROLE}")
    else:
        op.create_check_constraint(op.f(NAME), "people", RULE)


def _spell_people_anew(was: str, is_: str) -> None:
    """Change the words of the table's definition, whose rows stay where they are.

    A copy of the table would begin its ids anew, and an erased person's could name somebody else.
    The way of https://sqlite.org/lang_altertable.html#otheralter for constraints that go.
    """
    conn = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'people'")
    spelt = " ".join(conn.execute(find).scalar_one().split())
    if was not in spelt:
        return
    version = conn.execute(sa.text("PRAGMA schema_version")).scalar_one()
    conn.execute(sa.text("PRAGMA writable_schema = ON"))
    change = "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'people'"
    conn.execute(sa.text(change), {"sql": spelt.replace(was, is_, 1)})
    conn.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    conn.execute(sa.text("PRAGMA writable_schema = OFF"))
