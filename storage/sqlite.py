"""SQLite: one writer thread, a few reader threads, each transaction in one hop.

The only module that touches aiosqlite's private ``_conn``, ``_execute`` and ``_thread`` (a test
proves that they exist). Used by ``store``. It must never write outside the writer lock:
SQLite before 3.51.3 may damage a database that two connections checkpoint at the same moment.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from storage.engine import STATEMENTS, Timed, Underway
from storage.errors import Displaced
from storage.locks import WriterLock, writer_lock_path
from storage.migrate import drop_copies
from storage.replayed import triggers

T = TypeVar("T")

READERS = 2
PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged answers at a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten
    "trusted_schema=OFF",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)


class _Opening(threading.local):
    """The way in which this thread opens its next connection, and what that is told first."""

    connect: Callable[[], Any] | None = None
    pragmas: tuple[str, ...] = ()


_opening = _Opening()


def _connect() -> Any:
    # inside the engine, which puts the driver's own errors into SQLAlchemy's
    assert _opening.connect is not None
    return _opening.connect()


@cache
def _engine() -> sa.Engine:
    """One for all connections of a process, for each engine compiles every statement anew and
    keeps it. It pools none: who opens a connection keeps it.
    """
    engine = sa.create_engine(
        "sqlite://",
        creator=_connect,
        poolclass=NullPool,
        hide_parameters=True,
        query_cache_size=STATEMENTS,
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, *_opening.pragmas):
            cursor.execute("PRAGMA " + pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options()["begin"])

    return engine


def open_connection(connect: Callable[[], Any], begin: str, *pragmas: str) -> sa.Connection:
    """SQLAlchemy's connection over the driver's one that ``connect`` opens, which is closed with
    it. Transactions begin with ``begin``: the driver's own leave SELECT and DDL outside, so they
    are off. DBAPIError: it could not be opened.
    """
    _opening.connect, _opening.pragmas = connect, pragmas
    try:
        return _engine().connect().execution_options(begin=begin)
    finally:
        _opening.connect = None


class _Thread:
    """One aiosqlite connection with its thread, and SQLAlchemy's connection over it."""

    def __init__(self, raw: aiosqlite.Connection, conn: sa.Connection) -> None:
        self._raw, self._conn = raw, conn

    @classmethod
    async def start(cls, path: Path, begin: str, *pragmas: str) -> _Thread:
        connecting = aiosqlite.connect(path, isolation_level=None)
        # a process that fails with its store open must end: the thread may not keep it alive
        connecting._thread.daemon = True
        raw = await connecting
        over = partial(open_connection, lambda: raw._conn, begin, *pragmas)
        try:
            conn: sa.Connection = await raw._execute(over)  # type: ignore[no-untyped-call]
        except BaseException:
            await raw.close()
            raise
        return cls(raw, conn)

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """``work`` on this connection's own thread, in one hop."""
        done: T = await self._raw._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return done

    async def stop(self, alone: AbstractContextManager[None]) -> None:
        """Close the connection on its own thread, while ``alone`` is held."""

        def close(conn: sa.Connection) -> None:
            with alone:
                conn.close()

        await self.run(close)
        await self._raw.close()


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of what the path names now; None if nothing is there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _open_files() -> set[tuple[int, int]]:
    """Device and inode of every file that this process has open."""
    found = set()
    for entry in Path("/dev/fd").iterdir():
        with suppress(OSError):  # the listing's own, closed by now
            state = os.fstat(int(entry.name))
            found.add((state.st_dev, state.st_ino))
    return found


def _set_log_aside(path: Path) -> None:
    """Move our log from beside another file, into which SQLite would replay it at the next open.

    SQLite itself leaves it where it is once it finds its database moved. Another database's log,
    which came with the other file, stays.
    """
    ours = _open_files()
    for end in ("-wal", "-shm"):
        file = path.with_name(path.name + end)
        if _identity(file) in ours:
            file.rename(file.with_name(file.name + ".displaced"))


def _note_changes(conn: sa.Connection) -> None:
    with closing(conn.connection.cursor()) as cursor:
        for statement in triggers():
            cursor.execute(statement)


class SqliteEngine:
    """One database file."""

    def __init__(
        self,
        path: Path,
        writer: _Thread,
        readers: list[_Thread],
        lock: WriterLock,
        timed: Timed,
    ) -> None:
        self._path, self._identity = path, _identity(path)
        self._writer, self._readers, self._lock = writer, readers, lock
        self._timed = timed
        self._underway = Underway()
        self._idle: asyncio.LifoQueue[_Thread] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)

    @classmethod
    async def open(cls, path: Path, *, notes_changes: bool, timed: Timed) -> SqliteEngine:
        """Connect the writer first (it sets WAL), then the readers."""
        lock = WriterLock(writer_lock_path(path))
        writer = await _Thread.start(path, "BEGIN IMMEDIATE")
        if notes_changes:
            await writer.run(_note_changes)
        readers = [await _Thread.start(path, "BEGIN", "query_only=ON") for _ in range(READERS)]
        return cls(path, writer, readers, lock, timed)

    async def write(
        self, run: Callable[[sa.Connection], T], about: Collection[int] | None = None
    ) -> T:
        """One BEGIN IMMEDIATE ... COMMIT on the writer's thread, under the writer lock, which keeps
        decisions apart whomever they are ``about``.

        Displaced: somebody put another file into the place of this one, or took it away.
        """

        def transact(conn: sa.Connection) -> T:
            with self._lock.held():
                if not self.is_in_place():
                    raise Displaced(f"the database file {self._path} was replaced or removed")
                with self._timed(), conn.begin():
                    return run(conn)

        return await self._underway.finish(self._writer.run(transact))

    async def write_beside(self, run: Callable[[sa.Connection], T]) -> T:
        """As ``write``: there is one writer."""
        return await self.write(run)

    async def read(self, run: Callable[[sa.Connection], T]) -> T:
        """One snapshot on an idle reader's thread."""

        def ask(conn: sa.Connection) -> T:
            with conn.begin():
                return run(conn)

        async def borrow() -> T:
            reader = await self._idle.get()
            try:
                return await reader.run(ask)
            finally:
                self._idle.put_nowait(reader)

        return await self._underway.finish(borrow())

    async def check(self) -> str | None:
        """SQLite's quick_check; None if it says ok."""

        def ask(conn: sa.Connection) -> str | None:
            found = str(conn.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
            return None if found == "ok" else found

        return await self.read(ask)

    async def scrub(self) -> bool:
        """Deleted pages are zero in the database, the log that still has them is cut off, and a
        copy of before an upgrade, which has them and the keys, is gone.
        """
        await asyncio.to_thread(drop_copies, self._path)
        return await self.checkpoint()

    async def checkpoint(self) -> bool:
        """Move the log into the database and cut it to nothing.

        False: a reader still needs the log. It is not waited for, since nobody could write then.
        """

        def truncate(conn: sa.Connection) -> bool:
            cursor = conn.connection.cursor()
            try:
                with self._lock.held():
                    cursor.execute("PRAGMA busy_timeout=0")
                    busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    return not busy
            finally:
                cursor.execute(f"PRAGMA {PRAGMAS[0]}")
                cursor.close()

        return await self._underway.finish(self._writer.run(truncate))

    def is_in_place(self) -> bool:
        """False once the path names another file, or none: what was written would be lost."""
        return _identity(self._path) == self._identity

    async def copy_to(self, path: Path) -> None:
        """A copy by SQLite's own backup, from one reader's snapshot. OSError: no place for it."""

        def copy(conn: sa.Connection) -> None:
            source = conn.connection.driver_connection
            path.touch(mode=0o600, exist_ok=False)
            try:
                with closing(sqlite3.connect(path)) as target:
                    source.backup(target)  # type: ignore[union-attr]
            except sqlite3.Error as error:
                path.unlink()
                raise OSError(None, str(error)) from error

        reader = await self._idle.get()
        try:
            await self._underway.finish(reader.run(copy))
        finally:
            self._idle.put_nowait(reader)

    is_shared = False
    """One ``run`` has the file for itself: its lock sees to that."""

    def write_as(self, run_id: int) -> None:
        """There is nobody who could give the only run up."""

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Nobody else gives hints: it waits until cancelled."""
        await asyncio.Event().wait()

    async def hint(self, what: str) -> None:
        """Nobody else listens."""

    async def close(self) -> None:
        """Readers first: the last connection to close checkpoints, and that must be the writer."""
        await self._underway.drain()
        if not self.is_in_place():
            _set_log_aside(self._path)
        for reader in self._readers:
            await reader.stop(nullcontext())
        await self._writer.stop(self._lock.held())
        self._lock.close()
