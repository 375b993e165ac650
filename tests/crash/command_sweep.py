"""``python -m tests.crash.command_sweep``: ``backup``, ``restore``, ``move`` and the upgrade of an
older database, killed before each call that somebody else could notice.

After each kill everything is as before or as it was to be; where it is neither yet, the bot refuses
to start, and the same command, given again, brings it to its end. Nothing that was there before is
gone. ``docs/reliability.md`` has the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import multiprocessing
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.app import open_store
from bot.config import load_settings
from bot.config.settings import Settings
from storage import backups, cares, migrate, restoring
from storage.age_files import identity_of, new_identity
from storage.errors import StorageError
from storage.files_beside import LOGS
from storage.store import Tx
from tests.crash import tracing
from tests.crash.forked import Forked, typed
from tests.crash.kill_sweep import KILLED, points
from tests.crash.questions import long_flow
from tests.crash.world import CLOCK, environment, furnish, write_config
from tests.storage.conftest import statement
from tests.support.postgres import sqlalchemy_url, temporary_postgres

DATABASE, KEY = "interlude.db", "interlude.key"
NOWHERE = "http://127.0.0.1:1"
BEFORE = Path(__file__).parents[1] / "before"
LONGEST = 120.0
Content = dict[str, list[tuple[Any, ...]]]
"""The rows of each table."""


class Trial(Protocol):
    """One command, the folder in which it begins, and what may be found after it was killed."""

    name: str

    def prepare(self, folder: Path) -> None:
        """Make the folder in which it begins."""
        ...

    def get_ready(self, folder: Path) -> None:
        """Make what a copy of that folder needs outside of it."""
        ...

    def words(self, folder: Path) -> tuple[str, ...]:
        """Return what is typed there; nothing: the database is brought up to date."""
        ...

    def judge(self, made: Path, folder: Path) -> None:
        """AssertionError: it is neither as in ``made``, where nobody was, nor as it was to be."""
        ...

    def go_on(self, folder: Path) -> None:
        """Do what a person does who finds it killed."""
        ...

    def judge_end(self, made: Path, folder: Path) -> None:
        """AssertionError: it is not as it was to be, or something of before is gone."""
        ...


def settings_in(folder: Path) -> Settings:
    """The settings of a practice in this folder."""
    found = load_settings(folder / "config.toml", {})
    assert isinstance(found, Settings), found
    return found


def content(database: Path) -> Content:
    """All that is in a database file and its log, read from a copy: looking must change nothing."""
    with tempfile.TemporaryDirectory() as name:
        for end in ("", "-wal"):
            if (file := database.with_name(database.name + end)).exists():
                shutil.copy(file, Path(name, f"copy{end}"))
        with closing(sqlite3.connect(Path(name, "copy"))) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            named = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            tables = sorted(each for (each,) in named)
            return {each: conn.execute(f"SELECT * FROM {each}").fetchall() for each in tables}


def aliases(folder: Path, **database: str) -> list[str]:
    """The clients whose names open with the key of this folder. StorageError: it opens none."""
    settings = settings_in(folder)
    if database:
        settings = settings.model_copy(
            update={"database": settings.database.model_copy(update=database)}
        )

    def ask(tx: Tx) -> list[str]:
        return [cares.load(tx, each).alias for each in cares.list_ids(tx)]

    async def work() -> list[str]:
        async with open_store(settings) as store:
            return await store.read(ask)

    return asyncio.run(work())


def a_practice(folder: Path, clients: int) -> None:
    """A practice with so many clients, and a place for its backups."""
    settings = write_config(folder, NOWHERE)
    asyncio.run(furnish(settings, long_flow(2), clients))
    secret, public = new_identity()
    (folder / "secret").write_text(secret, "ascii")
    (folder / "elsewhere").mkdir()
    with (folder / "config.toml").open("a") as config:
        config.write(f'[backup]\nfolder = "elsewhere"\nkey = "{public}"\n')


def run_to_end(folder: Path, words: tuple[str, ...]) -> None:
    """The command, once more, and nobody kills it."""
    again = begun(folder, words)
    assert again.wait(LONGEST) == 0, (folder / "log").read_text()


def begun(folder: Path, words: tuple[str, ...], dies_before: int | None = None) -> Forked:
    """The command begins there."""
    does = partial(typed, words=words) if words else up_to_date
    return Forked(
        folder,
        folder / "log",
        environment(),
        does=does,
        dies_before=dies_before,
        deadly=tracing.DEADLY_TO_FILES,
    )


def up_to_date(folder: Path) -> None:
    """Bring the database to today's schema, as the first thing that a start does."""
    asyncio.run(migrate.upgrade(f"sqlite+aiosqlite:///{folder / DATABASE}"))


class Typed:
    """A command that is typed again where it was killed, with nothing outside of its folder."""

    def get_ready(self, folder: Path) -> None:
        pass

    def words(self, folder: Path) -> tuple[str, ...]:
        raise NotImplementedError

    def go_on(self, folder: Path) -> None:
        run_to_end(folder, self.words(folder))


@dataclass(frozen=True)
class Backup(Typed):
    """A second backup: the first one stays good, and the second is whole or none."""

    name: str = "backup"

    def prepare(self, folder: Path) -> None:
        a_practice(folder, 2)
        run_to_end(folder, ("backup",))
        (made,) = backups.list_in(folder / "elsewhere")
        made.path.rename(made.path.with_name("interlude-20261101T000000Z.age"))

    def words(self, folder: Path) -> tuple[str, ...]:
        return ("backup",)

    def judge(self, made: Path, folder: Path) -> None:
        assert content(folder / DATABASE) == content(made / DATABASE)
        for each in backups.list_in(folder / "elsewhere"):
            self._comes_back(folder, each)

    def judge_end(self, made: Path, folder: Path) -> None:
        self.judge(made, folder)
        kept = backups.list_in(folder / "elsewhere")
        assert len(kept) >= 2
        ours = {each.path.name for each in kept}
        left = {path.name for path in (folder / "elsewhere").iterdir()} - ours
        assert not [name for name in left if name.endswith(".part")], left
        assert not list(folder.glob("*.copying*")), "the plain copy is gone"

    def _comes_back(self, folder: Path, backup: backups.Backup) -> None:
        identity = identity_of((folder / "secret").read_text("ascii"))
        with tempfile.TemporaryDirectory() as name:
            target = Path(name) / DATABASE
            found = asyncio.run(restoring.assemble(backup, target, identity, CLOCK.now()))
            assert (found.erased, found.facts.counts["cares"]) == (0, 2)


@dataclass(frozen=True)
class Restore(Typed):
    """A practice is brought back where a new one, with another key, has begun meanwhile."""

    name: str = "restore"

    def prepare(self, folder: Path) -> None:
        a_practice(folder, 2)
        run_to_end(folder, ("backup",))
        for file in (*folder.glob(f"{DATABASE}*"), folder / KEY):
            file.unlink()
        asyncio.run(furnish(settings_in(folder), long_flow(2), 1))

    def words(self, folder: Path) -> tuple[str, ...]:
        return ("restore", "--identity", str(folder / "secret"))

    def judge(self, made: Path, folder: Path) -> None:
        if (folder / DATABASE).exists():
            try:
                clients = aliases(folder)
            except StorageError as refused:
                assert "key" in str(refused), refused
            else:
                assert len(clients) in (1, 2)
        else:
            with_advice = _refusal(folder)
            assert "interlude restore" in with_advice, with_advice
        self._nothing_is_gone(made, folder)

    def judge_end(self, made: Path, folder: Path) -> None:
        assert len(aliases(folder)) == 2
        assert not list(folder.glob(f"{DATABASE}.restoring*"))
        self._nothing_is_gone(made, folder)

    def _nothing_is_gone(self, made: Path, folder: Path) -> None:
        """The new practice is still somewhere, and its key."""
        files = [each for each in folder.glob(f"{DATABASE}*") if _is_database(each)]
        assert content(made / DATABASE) in [content(each) for each in files]
        assert (made / KEY).read_bytes() in [each.read_bytes() for each in folder.glob(f"{KEY}*")]


def _is_database(file: Path) -> bool:
    ends = (*LOGS, ".writer", ".run")
    return not file.name.endswith(ends) and ".restoring" not in file.name


def _refusal(folder: Path) -> str:
    """What a start says that does not find its database."""
    try:
        asyncio.run(migrate.ensure_there(settings_in(folder).database.url))
    except StorageError as refused:
        return str(refused)
    raise AssertionError("it would start with an empty database")


@dataclass(frozen=True)
class Upgrade(Typed):
    """A database that the first version left is brought to today's schema."""

    name: str = "upgrade"

    def prepare(self, folder: Path) -> None:
        write_config(folder, NOWHERE)
        (folder / DATABASE).write_bytes(gzip.decompress((BEFORE / "database.gz").read_bytes()))
        (folder / KEY).write_bytes((BEFORE / "key").read_bytes())
        (folder / KEY).chmod(0o600)

    def words(self, folder: Path) -> tuple[str, ...]:
        return ()

    def judge(self, made: Path, folder: Path) -> None:
        before, found = content(made / DATABASE), content(folder / DATABASE)
        if found["alembic_version"] == before["alembic_version"]:
            assert found == before
        else:
            self._is_todays(before, folder)

    def judge_end(self, made: Path, folder: Path) -> None:
        self._is_todays(content(made / DATABASE), folder)

    def _is_todays(self, before: Content, folder: Path) -> None:
        """Today's schema, words that open, and beside it the way back to the version before."""
        assert len(aliases(folder)) == len(before["cares"])
        ((schema,),) = before["alembic_version"]
        (copy,) = folder.glob(f"{DATABASE}{migrate.BEFORE}*")
        assert copy.name.endswith(schema)
        assert content(copy) == before


@dataclass(frozen=True)
class Move(Typed):
    """A practice goes from its file to an empty database on a server: all of it, or nothing."""

    server: Path
    name: str = "move"

    def prepare(self, folder: Path) -> None:
        a_practice(folder, 2)

    def get_ready(self, folder: Path) -> None:
        asyncio.run(statement(self.server, f"CREATE DATABASE {_database_of(folder)}"))

    def words(self, folder: Path) -> tuple[str, ...]:
        return ("move", "--from", settings_in(folder).database.url, "--to", self._url(folder))

    def judge(self, made: Path, folder: Path) -> None:
        assert content(folder / DATABASE) == content(made / DATABASE)
        found = asyncio.run(_rows(self._url(folder)))
        assert found in (0, 2), found

    def judge_end(self, made: Path, folder: Path) -> None:
        assert content(folder / DATABASE) == content(made / DATABASE)
        assert len(aliases(folder, url=self._url(folder))) == 2

    def _url(self, folder: Path) -> str:
        return sqlalchemy_url(self.server, _database_of(folder))


async def _rows(url: str) -> int:
    """The number of clients in a database on the server; 0 where there is no table of them."""
    current, head = await migrate.revision(url)
    if current is None:
        return 0
    assert current == head, "a schema of before"
    engine = create_async_engine(url)
    try:
        async with engine.connect() as conn:
            return int((await conn.execute(sa.text("SELECT count(*) FROM cares"))).scalar_one())
    finally:
        await engine.dispose()


def _database_of(folder: Path) -> str:
    """Each folder has a database of its own on the server."""
    return f"of_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def survive(trial: Trial, made: Path, number: int) -> tuple[int, int]:
    """The command, killed before that call (0: never): the number, or 0 where it had ended before,
    and how many calls there were. AssertionError: afterwards something is gone, or a mixture.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "practice"
        shutil.copytree(made, folder)
        trial.get_ready(folder)
        code = begun(folder, trial.words(folder), number).wait(LONGEST)
        assert code in (0, KILLED), (folder / "log").read_text()
        try:
            if code == KILLED:
                trial.judge(made, folder)
                trial.go_on(folder)
            trial.judge_end(made, folder)
        except AssertionError as error:
            log = (folder / "log").read_text()
            raise AssertionError(f"{trial.name}, before call {number}: {error}\n{log}") from error
        return number if code == KILLED else 0, int((folder / "count").read_text())


def sweep(trial: Trial, numbers: Iterable[int], lanes: int = 1) -> Iterator[tuple[int, int]]:
    """``survive`` for each of the numbers, so many at once."""
    with (
        tempfile.TemporaryDirectory() as name,
        ProcessPoolExecutor(lanes, multiprocessing.get_context("spawn")) as pool,
    ):
        trial.prepare(Path(name))
        yield from pool.map(partial(survive, trial, Path(name)), numbers)


def main() -> None:
    """Each command: count its calls, then kill it before each, or before some."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.command_sweep", description=__doc__
    )
    parser.add_argument("--many", type=int, default=10_000, help="kill points; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=2, help="so many at once")
    parser.add_argument("--only", choices=["backup", "restore", "upgrade", "move"])
    options = parser.parse_args()
    reason = tracing.reason_against()
    if reason is not None:
        sys.exit(reason)
    with temporary_postgres() as server:
        for trial in (Backup(), Restore(), Upgrade(), Move(server)):
            if options.only in (None, trial.name):
                _all_of(trial, options.many, options.seed, options.lanes)


def _all_of(trial: Trial, many: int, seed: int, lanes: int) -> None:
    ((_, calls),) = sweep(trial, [0])
    began, kills = time.perf_counter(), 0
    for number, _ in sweep(trial, points(calls, many, seed), lanes):
        kills += number > 0
        took = time.perf_counter() - began
        sys.stdout.write(f"{trial.name}: {kills} kills of {calls} moments, {took:.0f} s\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
