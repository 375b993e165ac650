"""PostgreSQL through asyncpg: each transaction a function run by ``AsyncConnection.run_sync``.

Used by ``store``, and imported only when the url asks for it: asyncpg is an optional extra.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.engine import Underway
from storage.errors import StorageError

T = TypeVar("T")


def async_engine(url: sa.URL) -> AsyncEngine:
    """An engine whose errors show no values."""
    return create_async_engine(url, hide_parameters=True, pool_size=8, max_overflow=0)


class PostgresEngine:
    """One database on a server."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(postgresql_readonly=True)
        self._underway = Underway()

    @classmethod
    async def open(cls, url: sa.URL) -> PostgresEngine:
        """Prepare the engine; the first transaction connects."""
        return cls(async_engine(url))

    async def write(self, run: Callable[[sa.Connection], T]) -> T:
        """One transaction; guards, not locks, tell concurrent ones apart."""

        async def transact() -> T:
            async with self._engine.begin() as conn:
                return await conn.run_sync(run)

        return await self._underway.finish(transact())

    async def read(self, run: Callable[[sa.Connection], T]) -> T:
        """One read-only transaction on one snapshot."""

        async def ask() -> T:
            async with self._reading.connect() as conn:
                await conn.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                return await conn.run_sync(run)

        return await self._underway.finish(ask())

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
