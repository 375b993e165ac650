"""``interlude keys``, ``interlude audit``: a new master key, killed in between; a whole trail."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from bot.app import open_store
from bot.config import Settings
from storage import people
from storage.key_file import create_key_file, load_key_file
from storage.migrate import upgrade
from storage.people import Name
from storage.store import Tx
from tests.bot.cli.test_cli_commands import interlude
from tests.crash.forked import Forked, typed
from tests.crash.world import await_until, environment, write_config
from tests.storage.practice import add_person

PEOPLE = 600
KEY = "interlude.key"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = write_config(tmp_path, "http://127.0.0.1:9")
    create_key_file(made.database.key_file)
    asyncio.run(upgrade(made.database.url, may_create=True))
    return made


def fill(settings: Settings, count: int) -> None:
    def add(tx: Tx) -> None:
        for number in range(count):
            person = add_person(tx, f"P{number}")
            people.rename(tx, person.id, Name(f"name {number}"))

    async def work() -> None:
        async with open_store(settings) as store:
            await store.write(add)

    asyncio.run(work())


def names(settings: Settings) -> int:
    """Count the people whose name opens and is theirs."""

    def read(tx: Tx) -> int:
        found = ((n, people.find_by_code(tx, f"P{n}")) for n in range(PEOPLE))
        return sum(p is not None and people.name_of(tx, p.id).name == f"name {n}" for n, p in found)

    async def work() -> int:
        async with open_store(settings) as store:
            return await store.read(read)

    return asyncio.run(work())


def masters(folder: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(interlude(folder, "keys", "status", "--json").stdout)[
        "masters"
    ]
    return found


def test_a_new_key_is_put_in_place_step_by_step(settings: Settings, tmp_path: Path) -> None:
    fill(settings, 3)
    assert "good" in interlude(tmp_path, "keys", "status").stdout
    before = load_key_file(tmp_path / KEY)
    assert interlude(tmp_path, "keys", "retire").returncode == 2
    asked = interlude(tmp_path, "keys", "rotate")
    assert asked.returncode == 0 and "Nothing is under the new key yet" in asked.stdout
    assert masters(tmp_path) == {"1": 4, "2": 0}
    assert interlude(tmp_path, "keys", "retire").returncode == 2
    copied = load_key_file(tmp_path / KEY)
    done = interlude(tmp_path, "keys", "rotate", "--yes")
    assert done.returncode == 0 and "4 keys are wrapped anew; key 2 opens all" in done.stdout
    assert load_key_file(tmp_path / KEY) == copied, "the key that was copied is the one in use"
    assert masters(tmp_path) == {"1": 0, "2": 4}
    again = interlude(tmp_path, "keys", "rotate", "--yes")
    assert again.returncode == 2 and "keys retire" in again.stderr
    assert "2 keys" in interlude(tmp_path, "doctor").stdout
    assert interlude(tmp_path, "keys", "retire").returncode == 0
    assert masters(tmp_path) == {"2": 4}
    assert set(load_key_file(tmp_path / KEY).masters) == {2} != set(before.masters)
    assert "keys.rotated" in interlude(tmp_path, "audit", "list").stdout
    assert names(settings) == 3


def test_a_rotation_that_is_killed_goes_on(settings: Settings, tmp_path: Path) -> None:
    """Killed as soon as so many keys are wrapped anew, again and again, until it comes through."""
    fill(settings, PEOPLE)
    copies = []
    for wanted in (0, 1, 150, 400):
        rotates = partial(typed, words=("keys", "rotate", "--yes"))
        command = Forked(tmp_path, tmp_path / "said", environment(), does=rotates)
        await_until(
            lambda command=command, wanted=wanted: (
                command.poll() is not None or _is_so_far(tmp_path, wanted)
            ),
            f"{wanted} keys",
            60,
        )
        command.send_signal(signal.SIGKILL)
        command.wait()
        copies.append(load_key_file(tmp_path / KEY))
        assert names(settings) == PEOPLE
    assert len(set(map(repr, copies))) == 1 and all(c == copies[0] for c in copies)
    if sum(masters(tmp_path).values()) != masters(tmp_path)["2"]:
        assert interlude(tmp_path, "keys", "rotate", "--yes").returncode == 0
    assert masters(tmp_path) == {"1": 0, "2": PEOPLE + 1}
    assert names(settings) == PEOPLE


def _is_so_far(folder: Path, wanted: int) -> bool:
    """True once the file has the new key and so many data keys are under it."""
    if len(load_key_file(folder / KEY).masters) == 1:
        return False
    database = next(folder.rglob("*.db"))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as conn:
        query = "SELECT count(*) FROM person_keys WHERE substr(wrapped, 2, 1) = x'02'"
        return int(conn.execute(query).fetchone()[0]) >= wanted


def test_doctor_says_where_the_key_lies(
    settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = interlude(tmp_path, "doctor").stdout
    assert "in the folder of the database" in said
    apart = tmp_path_factory.mktemp("apart")
    shutil.move(tmp_path / KEY, apart / KEY)
    moved = {"INTERLUDE_DATABASE__KEY_FILE": str(apart / KEY)}
    said = interlude(tmp_path, "doctor", **moved).stdout
    assert "in the folder of the database" not in said and "key file: on the same disk" in said


def test_the_trail_is_shown_and_verified(settings: Settings, tmp_path: Path) -> None:
    empty = interlude(tmp_path, "audit", "verify")
    assert (empty.returncode, empty.stdout) == (0, "0 rows; head none yet\nwhole\n")
    fill(settings, 1)
    interlude(tmp_path, "keys", "rotate", "--yes")
    interlude(tmp_path, "people", "zone", "P0", "Europe/Lisbon")
    shown = interlude(tmp_path, "audit", "list", "--limit", "1").stdout.split("  ")
    assert "P0" in shown
    (line,) = interlude(tmp_path, "audit", "list", "--json", "--limit", "1").stdout.splitlines()
    assert json.loads(line)["subject"] == "P0"
    said = interlude(tmp_path, "audit", "verify").stdout
    head = said.split("head ")[1].split()[0]
    assert interlude(tmp_path, "audit", "verify", "--head", head).returncode == 0
    assert interlude(tmp_path, "audit", "verify", "--head", "x").returncode == 2
    number, mark = head.split("-")
    cut = interlude(tmp_path, "audit", "verify", "--head", f"{int(number) + 1}-{mark}")
    assert cut.returncode == 1 and "cut off" in cut.stdout
    with sqlite3.connect(next(tmp_path.rglob("*.db"))) as conn:
        conn.execute("DROP TRIGGER audit_no_update")
        conn.execute("UPDATE audit SET actor = 'nobody' WHERE id = 1")
    changed = interlude(tmp_path, "audit", "verify")
    assert changed.returncode == 1 and "row 1 does not follow" in changed.stdout
