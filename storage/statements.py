"""Statements that the two engines spell differently, and what a guarded one must have changed.

Used by the noun modules. Statements are built once, so that SQLAlchemy compiles each a single time;
nothing here opens a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from storage.errors import StaleState


class ForBoth:
    """One meaning in two dialects. It is spelt when an engine first asks for it: the other one's
    dialect would take 3 MB for nothing.
    """

    def __init__(self, spell: Callable[[Any], Any]) -> None:
        """``spell`` is given a dialect's own ``insert``; the statement that it makes of it."""
        self._spell = spell
        self._spelt: dict[str, Any] = {}

    def on(self, conn: sa.Connection) -> Any:
        """The spelling that this connection understands."""
        name = conn.dialect.name
        spelt = self._spelt.get(name)
        if spelt is None:
            spelt = self._spelt[name] = self._spell(_insert_of(name))
        return spelt


def _insert_of(dialect: str) -> Any:
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    return insert


def insert_new(table: sa.Table, *returning: sa.Column[Any]) -> ForBoth:
    """INSERT that adds nothing where a unique key is taken; it returns what it added."""
    return ForBoth(lambda insert: insert(table).on_conflict_do_nothing().returning(*returning))


def upsert(
    table: sa.Table,
    key: Sequence[str],
    change: Sequence[str],
    only_if: sa.ColumnElement[bool] | None = None,
) -> ForBoth:
    """INSERT, or overwrite the ``change`` columns of the row that has this ``key``.

    ``only_if`` is asked of the row that is there; where it does not hold, nothing changes.
    """

    def spell(dialects_own: Any) -> Any:
        insert = dialects_own(table)
        values = {name: insert.excluded[name] for name in change}
        if not values:
            return insert.on_conflict_do_nothing(index_elements=list(key))
        return insert.on_conflict_do_update(index_elements=list(key), set_=values, where=only_if)

    return ForBoth(spell)


def new_id(conn: sa.Connection, insert: sa.Insert, values: dict[str, Any]) -> int:
    """Insert one row; its id."""
    key: Any = conn.execute(insert, values).inserted_primary_key
    return int(key[0])


def exactly_one(result: sa.CursorResult[Any], what: str) -> None:
    """Nothing if one row changed. StaleState: the row was no longer as it was decided on."""
    if result.rowcount != 1:
        raise StaleState(f"{what} has changed in the meantime")


def words(was: str | Sequence[str]) -> list[str]:
    """The states that a guarded change may start from, as a list."""
    return [was] if isinstance(was, str) else list(was)


def is_word(column: sa.Column[str], *words: str) -> sa.ColumnElement[bool]:
    """``column`` holds one of the words; spelt out, else SQLite does not use a partial index."""
    listed: list[sa.ColumnClause[str]] = [sa.literal_column(f"'{word}'") for word in words]
    return column == listed[0] if len(listed) == 1 else column.in_(listed)
