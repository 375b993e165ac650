"""Bring a database to the schema of this version: Alembic, in process, from the installed package.

Used by ``interlude init`` and ``run``, by ``Store.open`` (to compare) and by the tests (drift). It
must never be run with foreign keys on: SQLite rebuilds a table by copying it, and dropping the old
copy would fire cascades. Alembic is imported where there is something to migrate: it takes 5 MB,
and nearly every start of the bot finds nothing.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from storage.engine import checked_url
from storage.errors import NoDatabase, StorageError
from storage.files_beside import discard
from storage.locks import WriterLock, writer_lock_path
from storage.meanings import DAMAGED

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")

BEFORE = ".schema-"
"""Ends the name of the copy of before an upgrade; the number of its schema follows."""
FOLDER = Path(__file__).with_name("migrations")
_REVISION = re.compile(r'^revision = "(\w+)"$.*?^down_revision = (?:"(\w+)"|None)$', re.M | re.S)
_KEPT = sa.table("alembic_version", sa.column("version_num", sa.String))
_ONE_AT_A_TIME = 0x1D7E  # any constant: two processes that migrate at once wait for each other


async def upgrade(url: str, *, may_create: bool = False, keeps_before: bool = True) -> None:
    """Run every migration that the database lacks. A SQLite file is copied first, unless told not
    to: an older version of Interlude opens the copy, which is the way back. One that lacks none is
    left as it is. Nobody may run on a SQLite file meanwhile: ``run`` would be served columns that
    it does not know.

    NoDatabase: there is none, or an empty one, and none may be made. StorageError: the url cannot
    be served, or a newer version of Interlude wrote this database.
    """
    current, head = await revision(url)
    if current is None and not may_create:
        raise none_at(url)
    if current == head:
        return
    _make_private(url)
    if current is not None and current not in revisions():
        raise StorageError(
            f"the database has schema {current}, which a newer version of Interlude wrote; "
            "start that version"
        )
    parsed = checked_url(url)
    if keeps_before and current is not None and parsed.get_backend_name() == "sqlite":
        await asyncio.to_thread(_copy, _file(parsed), f"{BEFORE}{current}")

    def do(config: Config) -> None:
        from alembic import command

        command.upgrade(config, "head")

    await _alembic(url, do)


async def ensure_there(url: str) -> None:
    """NoDatabase: there is none, or an empty one."""
    if (await revision(url))[0] is None:
        raise none_at(url)


def _copy(path: Path, end: str) -> None:
    """The file as it is, whole, beside it; an earlier copy of another schema is gone."""
    target = path.with_name(path.name + end)
    part = target.with_name(target.name + ".part")
    lock = WriterLock(writer_lock_path(path))
    discard(part)
    part.touch(mode=0o600)
    try:
        with (
            lock.held(),
            closing(sqlite3.connect(path)) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        discard(part)
        raise StorageError(
            f"{path} could not be copied before it is brought up to date; is there room for one "
            "more of it?"
        ) from error
    finally:
        lock.close()
    drop_copies(path, but=part)
    part.rename(target)


def drop_copies(path: Path, *, but: Path | None = None) -> None:
    """No copy of before an upgrade is left beside this database file, nor one that a killed process
    had half made; ``but`` stays.
    """
    for copy in path.parent.glob(f"{path.name}{BEFORE}*"):
        if copy != but:
            copy.unlink(missing_ok=True)


def none_at(url: str, command: str = "interlude init") -> NoDatabase:
    """The refusal of a database that is missing or empty, to be raised; ``command`` makes one."""
    parsed = checked_url(url)
    advice = f"a new one is made by: {command}"
    if parsed.get_backend_name() != "sqlite":
        where = f"the PostgreSQL database {parsed.database} is empty"
        return NoDatabase(f"{where}; is it the right one? {advice}")
    path = _file(parsed)
    found = "is empty" if path.exists() else "is missing"
    where = f"the database {path} {found}; is its disk mounted?"
    return NoDatabase(f"{where} from a backup it comes back by: interlude restore; {advice}")


async def drift(url: str) -> str | None:
    """None if tables and migrations agree on this database, else what Alembic would change."""

    def check(config: Config) -> str | None:
        from alembic import command
        from alembic.util import AutogenerateDiffsDetected

        try:
            command.check(config)
        except AutogenerateDiffsDetected as found:
            return str(found)
        return None

    return await _alembic(url, check)


async def revision(url: str) -> tuple[str | None, str]:
    """The database's revision (None: it is empty or missing) and the newest of this package."""
    parsed = checked_url(url)
    found = revisions()
    (head,) = found.keys() - found.values()
    if parsed.get_backend_name() == "sqlite" and _is_nothing(_file(parsed)):
        return None, head

    def current(conn: sa.Connection) -> str | None:
        if not sa.inspect(conn).has_table(_KEPT.name):
            return None
        kept: str | None = conn.execute(sa.select(_KEPT.c.version_num)).scalar_one_or_none()
        return kept

    return await _connected(parsed, current), head


@cache
def revisions() -> Mapping[str, str | None]:
    """Each revision of this package with the one that it follows, as its migrations say. Read as
    text: to import them all takes ten times as long, and Alembic. StorageError: there are none, or
    one does not say what it follows in the way in which all do.
    """
    found: dict[str, str | None] = {}
    for path in (FOLDER / "versions").glob("[0-9]*.py"):
        said = _REVISION.search(path.read_text("utf-8"))
        if said is None:
            raise StorageError(f"the migration {path.name} does not say which one it follows")
        found[said[1]] = said[2]
    if not found:
        raise StorageError("this installation lacks its migrations; install Interlude again")
    return found


async def _alembic(url: str, do: Callable[[Config], T]) -> T:
    from alembic.config import Config

    def work(conn: sa.Connection) -> T:
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = conn
        config.print_stdout = lambda *_: None  # type: ignore[method-assign]
        done = do(config)
        conn.commit()
        return done

    return await _connected(checked_url(url), work)


async def _connected(url: sa.URL, work: Callable[[sa.Connection], T]) -> T:
    if url.get_backend_name() == "sqlite":
        return await asyncio.to_thread(_on_sqlite, _file(url), work)
    from storage.postgres import async_engine

    def alone(conn: sa.Connection) -> T:
        lock = sa.text("SELECT pg_advisory_lock(:number)")
        conn.execute(lock, {"number": _ONE_AT_A_TIME})
        conn.commit()
        return work(conn)  # the lock ends with the connection, which is closed below

    engine = async_engine(url)
    try:
        async with engine.connect() as conn:
            return await conn.run_sync(alone)
    except OSError as error:
        raise StorageError(
            f"PostgreSQL does not answer at {url.host or url.query.get('host')}; is it running?"
        ) from error
    finally:
        await engine.dispose()


def _file(url: sa.URL) -> Path:
    return Path(str(url.database))


def _make_private(url: str) -> None:
    """A new SQLite file is its owner's alone; those that SQLite makes beside it follow it."""
    parsed = checked_url(url)
    if parsed.get_backend_name() == "sqlite" and _file(parsed).parent.is_dir():
        _file(parsed).touch(mode=0o600)


def _is_nothing(path: Path) -> bool:
    """No file, or one without a byte: it is not touched, for only a new practice makes one."""
    return not path.exists() or path.stat().st_size == 0


def _on_sqlite(path: Path, work: Callable[[sa.Connection], T]) -> T:
    from storage.sqlite import open_connection

    lock = WriterLock(writer_lock_path(path))
    connect = partial(sqlite3.connect, path, isolation_level=None)
    try:
        with lock.held(), open_connection(connect, "BEGIN IMMEDIATE", "foreign_keys=OFF") as conn:
            return work(conn)
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as error:
        if "not a database" not in str(error):
            raise
        raise StorageError(
            f"{path} is not a database: check database.url; if it is right, {DAMAGED}"
        ) from error
    finally:
        lock.close()
