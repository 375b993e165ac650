"""PostgreSQL through asyncpg: each transaction a function run by ``AsyncConnection.run_sync``.

Used by ``store``, and imported only when the url asks for it: asyncpg is an optional extra. Several
processes may share a database: ``person_locks`` keeps their decisions apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import person_locks
from storage.engine import STATEMENTS, EngineTrouble, Timed, Underway
from storage.errors import StorageError

T = TypeVar("T")

CHANNEL = "interlude"
POOL = 7
"""Connections of a process, one of which listens for hints."""
TRIES = 5
"""So often a transaction is begun that PostgreSQL ends in favour of another one."""
_CLASHES = ("40001", "40P01")
"""Its codes for that: serialization_failure and deadlock_detected."""
SETTINGS = {
    "application_name": "interlude",
    # a process that was stopped in the middle of a transaction must not hold up the others for ever
    "idle_in_transaction_session_timeout": "10s",
}
LONGEST = "30s"
"""The time that PostgreSQL gives a transaction of the store, which needs some milliseconds."""
KNOWS_LONGEST = 17
"""The first version of PostgreSQL that ends a transaction by its length."""


def async_engine(url: sa.URL, *, longest: str | None = None) -> AsyncEngine:
    """An engine whose errors show no values. No transaction takes longer than ``longest``, where
    the server can see to that, whatever becomes of its process.
    """
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=0,
        query_cache_size=STATEMENTS,
        connect_args={
            "server_settings": SETTINGS,
            "timeout": 10,
            "prepared_statement_cache_size": STATEMENTS,
        },
    )
    if longest is not None:
        # one that was stopped between preparing a statement and running it is not "idle"
        event.listen(engine.sync_engine, "connect", partial(_bound, longest))
    return engine


def _bound(longest: str, connection: Any, _record: Any) -> None:
    if connection.driver_connection.get_server_version().major < KNOWS_LONGEST:
        return
    cursor = connection.cursor()
    cursor.execute(f"SET transaction_timeout = '{longest}'")
    cursor.close()
    connection.commit()


class PostgresEngine:
    """One database on a server."""

    is_shared = True
    """Several processes may run on it."""

    def __init__(self, engine: AsyncEngine, timed: Timed) -> None:
        self._engine = engine
        self._timed = timed
        self._reading = engine.execution_options(postgresql_readonly=True)
        self._underway = Underway()
        self._run_id: int | None = None

    @classmethod
    async def open(cls, url: sa.URL, *, timed: Timed) -> PostgresEngine:
        """Prepare the engine; the first transaction connects."""
        return cls(async_engine(url, longest=LONGEST), timed)

    async def write(
        self, run: Callable[[sa.Connection], T], about: Collection[int] | None = None
    ) -> T:
        """One transaction, once nobody else decides ``about`` the same people. Where PostgreSQL
        ends it in favour of another one, it is begun again.
        """

        def decide(conn: sa.Connection) -> T:
            person_locks.take(conn, about, self._run_id)
            return run(conn)

        return await self._underway.finish(self._transact(decide))

    def write_as(self, run_id: int) -> None:
        """From now on ``write`` refuses, with GivenUp, once that run's lease is over."""
        self._run_id = run_id

    async def write_beside(self, run: Callable[[sa.Connection], T]) -> T:
        """One transaction that waits for nobody's decision."""
        return await self._underway.finish(self._transact(run))

    async def _transact(self, run: Callable[[sa.Connection], T]) -> T:
        tries = 0
        while True:
            tries += 1
            try:
                async with self._engine.connect() as conn:
                    with self._timed():
                        async with conn.begin():
                            return await conn.run_sync(run)
            except EngineTrouble as error:
                if tries >= TRIES or getattr(error.orig, "sqlstate", None) not in _CLASHES:
                    raise

    async def read(self, run: Callable[[sa.Connection], T]) -> T:
        """One read-only transaction on one snapshot."""

        async def ask() -> T:
            async with self._reading.connect() as conn:
                await conn.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                return await conn.run_sync(run)

        return await self._underway.finish(ask())

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Listen on a connection of its own. ConnectionResetError: the server closed it."""
        gone = asyncio.Event()
        async with self._engine.connect() as conn:
            driver: Any = (await conn.get_raw_connection()).driver_connection
            try:
                driver.add_termination_listener(lambda _: gone.set())
                await driver.add_listener(CHANNEL, lambda *told: heard(str(told[-1])))
                await gone.wait()
            finally:
                driver.terminate()
                await conn.invalidate()
        raise ConnectionResetError("PostgreSQL closed the connection")

    async def hint(self, what: str) -> None:
        """A notification: PostgreSQL loses it where nobody listens."""
        notify = sa.text("SELECT pg_notify(:channel, :what)")

        async def tell() -> None:
            async with self._engine.connect() as conn:
                alone = await conn.execution_options(isolation_level="AUTOCOMMIT")
                await alone.execute(notify, {"channel": CHANNEL, "what": what})

        await self._underway.finish(tell())

    async def check(self) -> str | None:
        """The server answers; its own checks are the administrator's."""
        await self.read(lambda conn: conn.execute(sa.text("SELECT 1")))
        return None

    async def checkpoint(self) -> bool:
        """The server does that by itself."""
        return True

    async def scrub(self) -> bool:
        """Write the few wrapped keys anew, so that a deleted one is in no file of the table.

        The server's own log keeps it until it is recycled, wrapped as it was.
        """

        async def rewrite() -> bool:
            async with self._engine.connect() as conn:
                alone = await conn.execution_options(isolation_level="AUTOCOMMIT")
                await alone.execute(sa.text("VACUUM FULL person_keys"))
            return True

        return await self._underway.finish(rewrite())

    def is_in_place(self) -> bool:
        """The server keeps its own files, so nobody moves them under us."""
        return True

    async def copy_to(self, path: Path) -> None:
        """StorageError: a server is copied with its own tools."""
        raise StorageError(f"{path}: PostgreSQL is copied with pg_dump, not by Interlude")

    async def close(self) -> None:
        """Finish what is under way, then close the pool."""
        await self._underway.drain()
        await self._engine.dispose()
