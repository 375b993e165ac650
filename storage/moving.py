"""A practice carried from a SQLite file to PostgreSQL, or back: every row, compared on both sides.

Used by ``interlude move``. All of it is one transaction on the far side, so a move that dies, or
finds a difference, leaves that side as empty as it was, and the next one begins anew; one that died
after its end is found whole by the next. It must never change the database that it reads, and no
error of it may show a url.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from storage import audit, runs
from storage.data_keys import Keyring, Vault
from storage.engine import checked_url
from storage.errors import Shredded, StorageError
from storage.locks import WriterLock, instance_lock, run_lock_path, writer_lock_path
from storage.master_keys import unwrapped_index_key
from storage.migrate import none_at, revision, upgrade
from storage.store import Tx
from storage.table_parts import metadata
from storage.tables_backup import unlogged
from storage.tables_messages import runs as runs_table
from storage.tables_people import audit as audit_table
from storage.tables_people import index_key

T = TypeVar("T")

PAGE = 500
"""Rows that are in memory at once."""
LEFT_OUT = (unlogged,)
"""Tables that are not carried: notes for the log beside the backups of a SQLite file."""
MOVED = "database.moved"
"""The last word of the trail on a move that came to its end."""
_BITS = 256


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was found whole."""

    rows: dict[str, int]
    """The number that each table has, empty ones left out."""
    trail: int
    """Rows of the audit trail, each of which follows from those before it."""
    was_there: bool = False
    """True where an earlier move had carried all of it: nothing was written."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The content of a table, whatever the order of its rows."""

    count: int
    digest: int
    """The SHA-256 of each row's canonical spelling, added up modulo 2^256."""


async def move(source: str, target: str, keyring: Keyring, now: datetime) -> Moved:
    """``target`` holds all that ``source`` does, and gives out no id that was ever given out there;
    it may hold all of it from a move before.

    StorageError: they are of one engine, a run holds one of them, the source lacks today's schema,
    the target holds anything else, the keys do not fit, or both do not read the same in the end.
    """
    ours, theirs = checked_url(source), checked_url(target)
    if ours.get_backend_name() == theirs.get_backend_name():
        raise StorageError(
            "both are of one kind: a SQLite file is copied by backup and restore, PostgreSQL by "
            "pg_dump"
        )
    await _demand_today(source)
    is_from_file = ours.get_backend_name() == "sqlite"
    file, server = (ours, theirs) if is_from_file else (theirs, ours)
    path = Path(str(file.database))
    with instance_lock(run_lock_path(path)):
        await _demand_empty(target)
        await upgrade(target, may_create=True)
        with _on_file(path) as here:

            def carry(there: sa.Connection) -> Moved:
                if is_from_file:
                    return _carry(here, there, keyring, now)
                return _carry(there, here, keyring, now)

            return await _on_server(server, carry)


async def _demand_today(source: str) -> None:
    current, head = await revision(source)
    if current is None:
        raise none_at(source)
    if current != head:
        raise StorageError(
            f"the database to move has schema {current}, this version of Interlude needs {head}: "
            "start `interlude run` on it once, which brings it up to date, stop it, and move then"
        )


async def _demand_empty(target: str) -> None:
    """A schema of ours without rows is looked into later, inside of the transaction."""
    current, head = await revision(target)
    if current not in (None, head):
        raise StorageError(
            f"the database to fill has schema {current}, this version of Interlude needs {head}; "
            "name an empty database"
        )


@contextmanager
def _on_file(path: Path) -> Iterator[sa.Connection]:
    """One transaction on the file, in which nobody else writes; kept if all went well."""
    from storage.sqlite import open_connection

    lock = WriterLock(writer_lock_path(path))
    connect = partial(sqlite3.connect, path, isolation_level=None)
    try:
        with lock.held(), open_connection(connect, "BEGIN IMMEDIATE") as conn, conn.begin():
            yield conn
    finally:
        lock.close()


async def _on_server(url: sa.URL, work: Callable[[sa.Connection], T]) -> T:
    """One transaction on one snapshot of the server, during which no run can begin."""
    from storage.postgres import async_engine

    def alone(conn: sa.Connection) -> T:
        conn.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        conn.execute(sa.text(f"LOCK TABLE {runs_table.name} IN SHARE ROW EXCLUSIVE MODE"))
        return work(conn)

    engine = async_engine(url)
    try:
        async with engine.connect() as conn:
            await conn.execution_options(isolation_level="REPEATABLE READ")
            async with conn.begin():
                return await conn.run_sync(alone)
    finally:
        await engine.dispose()


def _carry(source: sa.Connection, target: sa.Connection, keyring: Keyring, now: datetime) -> Moved:
    vault = Vault(keyring)
    try:
        opened = unwrapped_index_key(source, vault)
    except Shredded as error:
        raise StorageError(
            "this key file does not open the database to move; use the one that belongs to it"
        ) from error
    for conn in (source, target):
        if conn.dialect.name != "sqlite" and runs.list_living(Tx(conn, vault, opened)):
            raise StorageError(
                "Interlude runs with the PostgreSQL database; stop every `interlude run`, wait "
                "half a minute and try again"
            )
    tables = [table for table in metadata.sorted_tables if table not in LEFT_OUT]
    there = Tx(target, vault, opened)
    moved_at = _moved_at(there)
    if moved_at is not None and (rows := _same_rows(source, target, tables, moved_at)) is not None:
        return Moved(rows, _verified(there), was_there=True)
    _demand_no_rows(target)
    target.execute(sa.delete(index_key))
    sums = {table.name: _copy(source, target, table) for table in tables}
    for table in tables:
        if _sum(target, sa.select(table)) != sums[table.name]:
            raise StorageError(
                f"the table {table.name} does not read the same on both sides; nothing was moved"
            )
        _go_on_counting(source, target, table)
    said = {"actor": "admin", "action": MOVED, "subject": "database"}
    audit.add(there, now=now, **said, detail=f"from {source.dialect.name} to {target.dialect.name}")
    return Moved(_counts(sums), _verified(there))


def _moved_at(tx: Tx) -> int | None:
    """The last row of the trail, where that says that a move came to its end; None: it does not."""
    newest = audit.list_(tx, 1)
    return newest[0].id if newest and newest[0].action == MOVED else None


def _same_rows(
    source: sa.Connection, target: sa.Connection, tables: Sequence[sa.Table], moved_at: int
) -> dict[str, int] | None:
    """The rows of each table where the target has those of the source and none but the one of the
    move besides; None: it does not.
    """
    sums = {}
    for table in tables:
        there = sa.select(table)
        if table is audit_table:
            there = there.where(audit_table.c.id != moved_at)
        sums[table.name] = _sum(source, sa.select(table))
        if _sum(target, there) != sums[table.name]:
            return None
    return _counts(sums)


def _counts(sums: dict[str, Sum]) -> dict[str, int]:
    return {name: found.count for name, found in sums.items() if found.count}


def _demand_no_rows(target: sa.Connection) -> None:
    """The key of an index may be there: whoever looked at the empty database made it."""
    for table in metadata.sorted_tables:
        is_key = table is index_key
        if not is_key and target.execute(sa.select(sa.literal(1)).select_from(table)).first():
            raise StorageError(
                f"the database to fill is not empty ({table.name} has rows); name an empty one. "
                "A move that is cut off leaves nothing behind, so these rows are somebody's"
            )


def _verified(tx: Tx) -> int:
    """The number of rows of the trail, each of which follows from those before it."""
    tx.settle()
    found = audit.verify(tx)
    if not found.is_whole:
        raise StorageError(
            f"the audit trail does not hold at row {found.broken_at}; nothing was moved. See: "
            "interlude audit verify"
        )
    return found.rows


def _copy(source: sa.Connection, target: sa.Connection, table: sa.Table) -> Sum:
    total = Sum(0, 0)
    for page in _pages(source, sa.select(table)):
        total = _added(total, page)
        target.execute(sa.insert(table), [dict(row._mapping) for row in page])
    return total


def _sum(conn: sa.Connection, query: sa.Select[Any]) -> Sum:
    total = Sum(0, 0)
    for page in _pages(conn, query):
        total = _added(total, page)
    return total


def _pages(conn: sa.Connection, query: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
    with conn.execute(query, execution_options={"yield_per": PAGE}) as found:
        yield from found.partitions()


def _added(total: Sum, page: Sequence[sa.Row[Any]]) -> Sum:
    digest = total.digest
    for row in page:
        spelt = json.dumps(list(row), default=_plain).encode()
        digest += int.from_bytes(hashlib.sha256(spelt).digest(), "big")
    return Sum(total.count + len(page), digest % 2**_BITS)


def _plain(value: Any) -> str:
    """The spelling of what JSON has none for; the same whichever engine it came from."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value).hex()


def _go_on_counting(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """The target's next id lies past every one that the source ever gave out."""
    column = table.autoincrement_column
    if column is None:
        return
    highest = max(_counted(source, table, column), _counted(target, table, column))
    if not highest:
        return
    if target.dialect.name != "sqlite":
        lift = sa.select(sa.func.setval(_sequence(target, table, column), highest))
        target.execute(lift)
    elif table.dialect_options["sqlite"]["autoincrement"]:
        bound = (highest, table.name)
        target.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", bound[1:])
        target.exec_driver_sql("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", bound)


def _counted(conn: sa.Connection, table: sa.Table, column: sa.Column[Any]) -> int:
    """The highest id that was given out, also where its row is gone; 0: none was."""
    highest = conn.execute(sa.select(sa.func.max(column))).scalar_one() or 0
    if conn.dialect.name == "sqlite":
        asked = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        kept = conn.exec_driver_sql(asked, (table.name,)).scalar() or 0
    else:
        name = _sequence(conn, table, column)
        asked = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}"
        kept = conn.execute(sa.text(asked)).scalar_one()
    return max(int(highest), int(kept))


def _sequence(conn: sa.Connection, table: sa.Table, column: sa.Column[Any]) -> str:
    asked = sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
    return str(conn.execute(asked).scalar_one())
