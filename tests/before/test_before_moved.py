"""A practice that has lived is carried to PostgreSQL, and goes on there as it would have on SQLite.

The judge of what was carried reads the files by itself: there and back again, row for row.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from storage import audit, moving, runs
from storage.data_keys import Keyring
from storage.errors import StorageError
from storage.key_file import load_key_file
from storage.locks import instance_lock
from storage.migrate import upgrade
from storage.moving import Moved
from storage.store import Store, Tx
from tests.before.test_before import FACTS, HERE, chat, tap
from tests.crash.world import COMMAND, environment, write_config
from tests.storage.conftest import statement
from tests.storage.practice import HOUR, add_person
from tests.support.house import open_house, texts
from tests.support.postgres import postgres_or_skip, sqlalchemy_url

NOW = datetime.fromisoformat(FACTS["now"]) + timedelta(hours=1)
TOKEN_OF_NOBODY = "http://127.0.0.1:9"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgres_or_skip() as folder:
        yield folder


@pytest.fixture(scope="module")
def todays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice from before, brought to today's schema."""
    folder = tmp_path_factory.mktemp("todays")
    (folder / "interlude.db").write_bytes(gzip.decompress((HERE / "database.gz").read_bytes()))
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{folder / 'interlude.db'}"))
    with closing(sqlite3.connect(folder / "interlude.db")) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@dataclass(frozen=True, slots=True)
class Found:
    """A practice in a folder of its own, and an empty database on the server."""

    folder: Path
    server: Path
    name: str

    @property
    def path(self) -> Path:
        return self.folder / "interlude.db"

    @property
    def here(self) -> str:
        return f"sqlite+aiosqlite:///{self.path}"

    @property
    def there(self) -> str:
        return sqlalchemy_url(self.server, self.name)

    @property
    def keyring(self) -> Keyring:
        return load_key_file(self.folder / "interlude.key")

    async def move(self) -> Moved:
        return await moving.move(self.here, self.there, self.keyring, NOW)

    def change(self, sql: str) -> None:
        """Change the file by hand."""
        with closing(sqlite3.connect(self.path)) as conn, conn:
            conn.execute(sql)

    async def on_server(self, sql: str) -> Any:
        """Run one statement in the database on the server; the first value, if it has one."""
        engine = create_async_engine(self.there)
        try:
            async with engine.begin() as conn:
                done = await conn.execute(sa.text(sql))
                return done.scalar() if done.returns_rows else None
        finally:
            await engine.dispose()


@pytest.fixture
async def found(todays: Path, tmp_path: Path, server: Path) -> Found:
    folder, name = tmp_path / "found", f"moved{next(_numbers)}"
    folder.mkdir()
    shutil.copy(todays / "interlude.db", folder)
    shutil.copy(HERE / "key", folder / "interlude.key")
    (folder / "interlude.key").chmod(0o600)
    await statement(server, f"CREATE DATABASE {name}")
    return Found(folder, server, name)


def rows_of(path: Path) -> dict[str, list[Any]]:
    """Every row of every table, read by nothing of ours; what a move adds or leaves out apart."""
    with closing(sqlite3.connect(path)) as conn:
        named = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {name for (name,) in named} - {"sqlite_sequence", "unlogged"}
        read = {name: conn.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    read["audit"] = [row for row in read["audit"] if "database.moved" not in row]
    return {name: sorted(rows, key=repr) for name, rows in read.items()}


async def in_store(url: str, keyring: Keyring, do: Callable[[Tx], Any]) -> Any:
    store = await Store.open(url, keyring)
    try:
        return await store.write(do)
    finally:
        await store.close()


async def refused(found: Found, match: str) -> None:
    """It is refused, and nobody is on the server."""
    with pytest.raises(StorageError, match=match):
        await found.move()
    if await found.on_server("SELECT to_regclass('people') IS NOT NULL"):
        assert await found.on_server("SELECT count(*) FROM people") == 0


async def test_there_and_back_again_every_row_is_as_it_was(found: Found) -> None:
    before = rows_of(found.path)
    assert sum(map(bool, before.values())) > 20, "many kinds of rows"
    found.change("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'people'")
    found.change("INSERT INTO unlogged (place, key) VALUES ('people', '[1]')")
    moved = await found.move()
    assert moved.rows["people"] == len(before["people"])
    notes = await found.on_server("SELECT count(*) FROM unlogged")
    assert notes == 0, "there is no log beside a server's dumps that would ever take them"
    home = found.folder / "home.db"
    await moving.move(found.there, f"sqlite+aiosqlite:///{home}", found.keyring, NOW)
    assert rows_of(home) == before
    for url in (found.there, f"sqlite+aiosqlite:///{home}"):
        new = await in_store(url, found.keyring, lambda tx: add_person(tx, "N3W"))
        assert new.id == 901, "no id is given out again"
    trail = await in_store(found.there, found.keyring, audit.verify)
    assert trail.is_whole


async def test_what_is_not_in_order_is_refused_and_nothing_is_kept(found: Found) -> None:
    with instance_lock(found.path.with_name("interlude.db.run")):
        await refused(found, "runs already")
    with pytest.raises(StorageError, match="does not open"):
        stranger = Keyring({1: bytes(32)})
        await moving.move(found.here, found.there, stranger, NOW)
    with pytest.raises(StorageError, match="of one kind"):
        await moving.move(found.here, found.here, found.keyring, NOW)
    found.change("UPDATE alembic_version SET version_num = '0001'")
    await refused(found, "schema 0001")


async def test_a_target_that_is_somebodys_or_in_use_is_left_alone(found: Found) -> None:
    await found.move()
    people = await found.on_server("SELECT count(*) FROM people")
    await found.on_server("UPDATE people SET zone = 'Europe/Rome'")
    with pytest.raises(StorageError, match="is not empty"):
        await found.move()

    def begin(tx: Tx) -> None:
        runs.begin(tx, lasts=HOUR, alone=False)

    await in_store(found.there, found.keyring, begin)
    home = f"sqlite+aiosqlite:///{found.folder / 'home.db'}"
    for source, target in ((found.there, home), (found.here, found.there)):
        with pytest.raises(StorageError, match="stop every"):
            await moving.move(source, target, found.keyring, NOW)
    assert await found.on_server("SELECT count(*) FROM people") == people


async def test_a_move_that_had_come_to_its_end_is_found_whole_when_it_is_given_again(
    found: Found,
) -> None:
    first = await found.move()
    again = await found.move()
    assert (again.was_there, first.was_there) == (True, False)
    assert (again.rows, again.trail) == (first.rows, first.trail), "nothing was added"
    await in_store(
        found.there,
        found.keyring,
        lambda tx: audit.add(tx, now=NOW, actor="admin", action="looked", subject="C1C1"),
    )
    with pytest.raises(StorageError, match="is not empty"):
        await found.move()


async def test_a_server_that_keeps_something_else_is_noticed(found: Found) -> None:
    await upgrade(found.there, may_create=True)
    await found.on_server(
        "CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.created_at = NEW.created_at + interval '1 microsecond'; RETURN NEW; END $$"
    )
    await found.on_server(
        "CREATE TRIGGER bend BEFORE INSERT ON cares FOR EACH ROW EXECUTE FUNCTION bend()"
    )
    await refused(found, "table cares does not read the same")
    await found.on_server("DROP TRIGGER bend ON cares")
    await found.move()


async def test_a_trail_that_was_tampered_with_is_not_carried_on(found: Found) -> None:
    await in_store(
        found.here,
        found.keyring,
        lambda tx: audit.add(tx, now=NOW, actor="admin", action="looked", subject="C1C1"),
    )
    found.change("DROP TRIGGER IF EXISTS audit_no_update")
    found.change("UPDATE audit SET subject = 'C2C2' WHERE action = 'looked'")
    await refused(found, "audit trail does not hold")


def begun(found: Found, url: str) -> subprocess.Popen[str]:
    """``interlude move`` as somebody types it, who is asked for the url with the password."""
    write_config(found.folder, TOKEN_OF_NOBODY)
    words = ("--config", str(found.folder / "config.toml"), "move", "--from", found.here)
    typed = found.folder / "typed"
    typed.write_text(f"{url}\n", "utf-8")
    with typed.open(encoding="utf-8") as keyboard:
        return subprocess.Popen(
            [*COMMAND, *words],
            text=True,
            stdin=keyboard,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=found.folder,
            env=environment(),
        )


async def test_killed_in_the_middle_it_begins_anew(found: Found) -> None:
    await upgrade(found.there, may_create=True)
    engine = create_async_engine(found.there)
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with engine.connect() as held, engine.connect() as looks:
        # nobody can add to a table that comes late; the move waits there until it is killed
        await held.execute(sa.text("LOCK TABLE answers IN SHARE MODE"))
        with begun(found, found.there) as dies:
            while not (await looks.execute(waits)).scalar_one():
                assert dies.poll() is None, dies.communicate()
            dies.send_signal(signal.SIGKILL)
    await engine.dispose()
    assert await found.on_server("SELECT count(*) FROM people") == 0
    assert (await found.move()).rows["answers"]


async def test_the_command_says_what_to_change_and_never_the_password(found: Found) -> None:
    secret = found.there.replace("postgres@", "postgres:hunter2@")
    with begun(found, secret.replace(found.name, "nowhere")) as done:
        said = done.communicate()[0]
    assert done.returncode == 2 and "no database of that name" in said and "hunter2" not in said
    with begun(found, secret) as done:
        said = done.communicate()[0]
    assert done.returncode == 0 and "hunter2" not in said
    assert "read the same on both sides" in said and f'url = "{sa.make_url(secret)!r}"' in said
    with begun(found, secret) as done:
        said = done.communicate()[0]
    assert done.returncode == 0 and "An earlier move had come to its end" in said


async def next_week(folder: Path, found: Path, **sections: Any) -> list[str]:
    """Return what the therapist reads until the week is over, after somebody has answered."""
    async with open_house(folder, found, begins_at=NOW, **sections) as house:
        house.sandbox.jump_update_id(FACTS["next_update_id"])
        weber = chat(house, "weber")
        assert (await tap(house, chat(house, "dora"), "dora", "7"))[-1].startswith("Was ist gut")
        await house.travel(by=timedelta(days=8))
        return texts(weber.heard(0))


async def test_the_digest_of_the_next_week_is_what_it_would_have_been(
    found: Found, tmp_path: Path
) -> None:
    await found.move()
    on_sqlite, on_server = tmp_path / "sqlite", tmp_path / "server"
    for folder in (on_sqlite, on_server):
        folder.mkdir()
    usual = await next_week(on_sqlite, found.folder)
    moved = await next_week(on_server, found.folder, database={"url": found.there})
    assert len(usual) > 1
    assert moved == usual
