"""A care knows when its client was told that nobody reads the digests, and since when their chat is
to be kept tidy; a person knows which command menu their chat shows; menus are sent like messages.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NAME = "ck_outbox_kind"
BEFORE = ("message", "edit", "delete", "document")
NOW = (*BEFORE, "menu")


def upgrade() -> None:
    """Clients who may have been told before count as told: being told twice would alarm."""
    op.add_column("cares", sa.Column("unread_told_at", UtcDateTime))
    op.add_column("cares", sa.Column("tidy_since", UtcDateTime))
    op.add_column("people", sa.Column("menu_mark", sa.Text))
    op.execute(
        "UPDATE cares SET unread_told_at = (SELECT max(digests.unread_told_at) FROM digests"
        " WHERE digests.therapist_id = cares.therapist_id)"
    )
    _allow(BEFORE, NOW)


def downgrade() -> None:
    """The columns go, and menus that wait to be sent."""
    op.execute("DELETE FROM outbox WHERE kind = 'menu'")
    _allow(NOW, BEFORE)
    op.drop_column("people", "menu_mark")
    op.drop_column("cares", "tidy_since")
    op.drop_column("cares", "unread_told_at")


def _allow(was: tuple[str, ...], is_: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _spell_anew(_listed(was), _listed(is_))
    else:
        op.drop_constraint(op.f(NAME), "outbox")
        op.create_check_constraint(op.f(NAME), "outbox", f"kind IN ({_listed(is_)})")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _spell_anew(was: str, is_: str) -> None:
    """Change the words of the table's definition, whose rows stay where they are.

    The way of https://sqlite.org/lang_altertable.html#otheralter for checks that change.
    """
    conn = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'outbox'")
    spelt = " ".join(conn.execute(find).scalar_one().split())
    version = conn.execute(sa.text("PRAGMA schema_version")).scalar_one()
    conn.execute(sa.text("PRAGMA writable_schema = ON"))
    change = "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'outbox'"
    conn.execute(sa.text(change), {"sql": spelt.replace(was, is_, 1)})
    conn.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    conn.execute(sa.text("PRAGMA writable_schema = OFF"))
