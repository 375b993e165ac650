"""The service of an engine to the store: run a function in one write or read transaction.

Implemented by ``sqlite`` and ``postgres``; used by ``store`` only.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Collection, Coroutine
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from storage.errors import StorageError

T = TypeVar("T")

EngineTrouble = sa.exc.DBAPIError
"""Raised where an engine fails; ``meanings`` says what that means."""


STATEMENTS = 1500
"""More than the program has, so that none is compiled twice, nor prepared twice on a connection."""
Timed = Callable[[], AbstractContextManager[object]]
"""Entered around each transaction that writes, on any thread, from its begin to its commit."""


class Engine(Protocol):
    """One database. A transaction that began is finished whole even if its task is cancelled."""

    async def write(
        self, run: Callable[[sa.Connection], T], about: Collection[int] | None = None
    ) -> T:
        """Commit what ``run`` did, or nothing if it raises. Nobody else decides ``about`` the same
        people at the same time; None: about anybody.
        """
        ...

    async def write_beside(self, run: Callable[[sa.Connection], T]) -> T:
        """As ``write``, about nobody: it waits for no decision, and none for it."""
        ...

    async def read(self, run: Callable[[sa.Connection], T]) -> T:
        """Run ``run`` on one snapshot, unable to write."""
        ...

    async def check(self) -> str | None:
        """None if the database is sound, else what the engine found."""
        ...

    async def checkpoint(self) -> bool:
        """Bring all that is committed into the database's own file; False: not possible now."""
        ...

    async def scrub(self) -> bool:
        """Leave nothing in files beside the tables of what was deleted; False: not possible now."""
        ...

    def is_in_place(self) -> bool:
        """False once the open file is not the one at its path any more."""
        ...

    async def copy_to(self, path: Path) -> None:
        """Write all that is committed into a new file at ``path``, while others read and write."""
        ...

    @property
    def is_shared(self) -> bool:
        """True where several processes may run on it."""
        ...

    def write_as(self, run_id: int) -> None:
        """From now on ``write`` refuses, with GivenUp, once that run's lease is over."""
        ...

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call ``heard`` with each hint of another process, until cancelled."""
        ...

    async def hint(self, what: str) -> None:
        """Tell every process that listens."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of every connection."""
        ...


class Underway:
    """The transactions that have begun; a cancelled caller leaves, its transaction finishes."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` to its end, whatever happens to the caller."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Return once nothing is under way. An outcome belongs to whoever asked for the work."""
        if self._tasks:
            await asyncio.wait(self._tasks)


def checked_url(url: str) -> sa.URL:
    """The url if we can serve it. StorageError: another engine, no file, an extra is missing."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise StorageError("the database url is not a url; see config.example.toml") from error
    if parsed.drivername == "sqlite+aiosqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StorageError(
                "a SQLite database needs a file: sqlite+aiosqlite:///path/to/file.db"
            )
    elif parsed.drivername == "postgresql+asyncpg":
        if importlib.util.find_spec("asyncpg") is None:
            raise StorageError("PostgreSQL needs an extra: pip install 'interlude[postgres]'")
    else:
        raise StorageError(
            "the database url must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://"
        )
    return parsed
