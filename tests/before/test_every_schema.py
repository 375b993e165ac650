"""A practice of each earlier schema comes to today's, with every row, also when the power fails on
the way.

A practice of today that has lived for a week is taken back, schema by schema, as far as it goes;
each step on that way is what a practice of that time would bring along.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from storage import answers, cares, migrate
from storage.key_file import load_key_file
from storage.store import Store
from tests.crash.world import ROOT, environment
from tests.support.house import furnish, open_house
from tests.support.made_once import made_once

WORDS = "My sister called"
REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(migrate.FOLDER)).walk_revisions("base", "head")
]
"""Every schema, the newest first."""
KILLED_AT = (2, 20, 80, 160)
"""The statement before which the power fails, counted from the begin of the migration."""
MIGRATE_AND_DIE = """\
import asyncio, os, signal, sys
import sqlalchemy as sa
from storage.migrate import upgrade
left = int(sys.argv[2])
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
sa.event.listen(sa.Engine, "before_cursor_execute", count)
asyncio.run(upgrade(sys.argv[1]))
"""


@dataclass(frozen=True, slots=True)
class Lived:
    """A week of a practice, as a file for each schema, and its key."""

    folder: Path

    def copy(self, revision: str, to: Path) -> Path:
        """The file of that schema, to be changed."""
        shutil.copy(self.folder / "interlude.key", to / "interlude.key")
        return Path(shutil.copy(self.folder / f"{revision}.db", to / "interlude.db"))


def url_of(path: Path) -> str:
    """The address of a database file."""
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return Lived(made_once(tmp_path_factory, "lived", _live_and_go_back))


def _live_and_go_back(folder: Path) -> None:
    """A file for each schema, the newest first: how the practice would have been at that time."""
    asyncio.run(_live(folder))
    path = folder / "interlude.db"
    for revision in REVISIONS:
        migrate_to = revision
        asyncio.run(
            migrate._alembic(
                url_of(path), lambda config, to=migrate_to: command.downgrade(config, to)
            )
        )
        with sqlite3.connect(path) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(path, folder / f"{revision}.db")


async def _live(folder: Path) -> None:
    """A client who answers, in words, and a therapist who has had a digest."""
    found = folder / "found"
    found.mkdir()
    await furnish(found)
    async with open_house(folder, found) as house:
        client = await house.client(await house.therapist())
        await house.say(client, "/checkin")
        await house.tap(client, "7")
        await house.say(client, WORDS)
        await house.travel(by=timedelta(days=6, hours=12))
        await house.say(client, "/checkin")


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with sqlite3.connect(path) as conn:
        named = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = sorted(
            n for (n,) in named if not n.startswith("sqlite_") and n != "alembic_version"
        )
        return {n: conn.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in tables}


async def is_whole(path: Path, before: dict[str, int]) -> None:
    """Today's schema, every row from before, and words that open."""
    assert await migrate.drift(url_of(path)) is None
    after = rows(path)
    fewer = {name: (n, after.get(name)) for name, n in before.items() if after.get(name, 0) < n}
    assert fewer == {}
    with sqlite3.connect(path) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    store = await Store.open(url_of(path), load_key_file(path.parent / "interlude.key"))
    try:

        def said(tx: Any) -> list[object]:
            care = cares.load(tx, 1)
            return [
                each.value for each in answers.list_for_check_in(tx, 1) if care.state == "active"
            ]

        assert WORDS in await store.read(said)
    finally:
        await store.close()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_practice_of_that_time_comes_to_today(
    lived: Lived, tmp_path: Path, revision: str
) -> None:
    path = lived.copy(revision, tmp_path)
    before = rows(path)
    assert before["answers"] >= 2 and sum(before.values()) > 15
    assert (await migrate.revision(url_of(path)))[0] == revision
    await migrate.upgrade(url_of(path))
    await is_whole(path, before)


def copies_in(folder: Path) -> list[Path]:
    """The copies of before an upgrade."""
    return list(folder.glob(f"interlude.db{migrate.BEFORE}*"))


@pytest.mark.parametrize("statement", KILLED_AT)
async def test_a_migration_that_was_killed_goes_on_at_the_next_start(
    lived: Lived, tmp_path: Path, statement: int
) -> None:
    path = lived.copy(REVISIONS[-1], tmp_path)
    before = rows(path)
    died = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MIGRATE_AND_DIE, url_of(path), str(statement)),
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
    )
    _, said = await died.communicate()
    assert died.returncode == -signal.SIGKILL, said.decode()
    assert (await migrate.revision(url_of(path)))[0] == REVISIONS[-1], "nothing is half done"
    await migrate.upgrade(url_of(path))
    await is_whole(path, before)
    (copy,) = copies_in(tmp_path)
    assert copy.name.endswith(REVISIONS[-1]), "the version of before opens it"


def test_a_way_back_is_the_copy_from_before(lived: Lived, tmp_path: Path) -> None:
    """What docs/small-server.md says of going back: copy, update, put the copy back."""
    path = lived.copy(REVISIONS[-1], tmp_path)
    copy = Path(shutil.copy(path, tmp_path / "before-update.db"))
    asyncio.run(migrate.upgrade(url_of(path)))
    copy.replace(path)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    assert asyncio.run(migrate.revision(url_of(path)))[0] == REVISIONS[-1]
