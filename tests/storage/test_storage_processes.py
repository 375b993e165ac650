"""Several processes on one SQLite file still make one writer; a second ``run`` is refused."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from storage import audit, cares, check_ins, people
from storage.errors import AlreadyRunning
from storage.locks import WriterLock, writer_lock_path
from storage.store import Store
from tests.storage.conftest import KEYRING
from tests.storage.practice import add_care, add_check_in
from tests.storage.practice_writer import write

ROOT = Path(__file__).parents[2]
TIMES = 60


async def test_two_processes_and_we_lose_no_write(sqlite_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{sqlite_path}"
    store = await Store.open(url, KEYRING)
    stored = await store.write(lambda tx: add_check_in(tx, add_care(tx)))
    command = (sys.executable, "-m", "tests.storage.practice_writer", url, str(stored.id))
    others = [
        await asyncio.create_subprocess_exec(
            *command, str(TIMES), cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    await write(url, stored.id, TIMES)
    ends = [await other.communicate() for other in others]

    assert [(other.returncode, err) for other, (_, err) in zip(others, ends, strict=True)] == [
        (0, b""),
        (0, b""),
    ]
    after = await store.read(lambda tx: check_ins.load(tx, stored.id))
    assert after.state.turn_no == after.revision == 3 * TIMES
    turns = [r for r in await store.read(lambda tx: audit.list_(tx, 999)) if r.action == "turn"]
    assert [int(row.subject) for row in turns] == list(range(3 * TIMES, 0, -1))
    await store.close()


async def test_a_write_waits_for_the_writer_lock_and_a_read_does_not(sqlite_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)
    elsewhere = WriterLock(writer_lock_path(sqlite_path))
    with elsewhere.held():
        writing = asyncio.create_task(store.write(lambda tx: add_care(tx).id))
        for _ in range(30):
            assert await store.read(lambda tx: people.list_therapists(tx)) == []
        assert not writing.done()
    care_id = await writing
    assert (await store.read(lambda tx: cares.load(tx, care_id))).id == care_id
    elsewhere.close()
    await store.close()


def test_a_second_instance_is_refused_and_may_come_later(tmp_path: Path) -> None:
    path = tmp_path / "interlude.db.instance"
    with (
        Store.instance_lock(path),
        pytest.raises(AlreadyRunning, match="runs already"),
        Store.instance_lock(path),
    ):
        raise AssertionError("two instances held the lock")
    with Store.instance_lock(path):
        assert path.exists()


async def test_a_process_that_fails_with_its_store_open_ends(sqlite_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{sqlite_path}"
    fails = (
        "import asyncio\n"
        "from storage.data_keys import Keyring\n"
        "from storage.store import Store\n"
        "async def main():\n"
        f"    await Store.open({url!r}, Keyring({{1: bytes(range(32))}}))\n"
        "    raise SystemExit(3)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", fails, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    assert await asyncio.wait_for(process.wait(), 20) == 3
