"""A transaction is kept whole or not at all, whatever happens to the one who asked for it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import audit, people
from storage.errors import CodeTaken
from storage.store import Store, Tx
from tests.storage.conftest import KEYRING
from tests.storage.practice import NOW, add_person


def write_twice(tx: Tx) -> None:
    audit.add(tx, now=NOW, actor="admin", action="first", subject="s")
    audit.add(tx, now=NOW, actor="admin", action="second", subject="s")


async def rows(store: Store) -> list[str]:
    return [row.action for row in await store.read(lambda tx: audit.list_(tx, 1000))]


async def test_a_write_returns_its_result_and_is_seen_by_the_next_read(store: Store) -> None:
    person = await store.write(lambda tx: add_person(tx, "K7Q2"))
    assert await store.read(lambda tx: people.load(tx, person.id)) == person


async def test_a_write_that_raises_leaves_nothing(store: Store) -> None:
    def fail(tx: Tx) -> None:
        write_twice(tx)
        add_person(tx, "K7Q2")
        raise LookupError("decided otherwise")

    with pytest.raises(LookupError):
        await store.write(fail)
    assert await rows(store) == []
    assert await store.read(lambda tx: people.find_by_code(tx, "K7Q2")) is None


async def test_a_transaction_goes_on_after_a_taken_code(store: Store) -> None:
    def draw_again(tx: Tx) -> str:
        add_person(tx, "K7Q2")
        with pytest.raises(CodeTaken):
            add_person(tx, "k7q2")
        return add_person(tx, "K7Q3").code

    assert await store.write(draw_again) == "K7Q3"


async def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        await store.read(write_twice)
    await store.write(write_twice)
    assert await rows(store) == ["second", "first"]


async def test_a_cancelled_write_is_whole_and_leaves_no_transaction_open(store: Store) -> None:
    """Cancelled after each possible number of steps of the loop, a write does all or nothing."""
    for steps in range(12):
        task = asyncio.create_task(store.write(write_twice))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.write(write_twice)
        found = await rows(store)
        assert found.count("first") == found.count("second") == len(found) // 2
        assert len(found) >= 2 * (steps + 1)


async def test_a_write_cancelled_half_way_is_finished(sqlite_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)
    half_way, go_on = threading.Event(), threading.Event()

    def slowly(tx: Tx) -> None:
        audit.add(tx, now=NOW, actor="admin", action="first", subject="s")
        half_way.set()
        assert go_on.wait(10)
        audit.add(tx, now=NOW, actor="admin", action="second", subject="s")

    task = asyncio.create_task(store.write(slowly))
    assert await asyncio.to_thread(half_way.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    assert await store.write(lambda tx: len(audit.list_(tx, 10))) == 2
    await store.close()


async def test_closing_waits_for_a_write_whose_caller_has_left(url: str) -> None:
    store = await Store.open(url, KEYRING)
    task = asyncio.create_task(store.write(write_twice))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.close()
    again = await Store.open(url, KEYRING)
    assert await rows(again) == ["second", "first"]
    await again.close()


async def test_many_writes_at_once_are_all_kept(store: Store) -> None:
    await asyncio.gather(*(store.write(write_twice) for _ in range(20)))
    assert len(await rows(store)) == 40


async def test_a_sound_database_has_nothing_to_report(store: Store) -> None:
    assert await store.check() is None


async def test_the_writer_has_the_settings_that_durability_needs(sqlite_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "temp_store": 2,
        "busy_timeout": 5000,
    }

    def ask(tx: Tx) -> dict[str, object]:
        return {p: tx.conn.exec_driver_sql(f"PRAGMA {p}").scalar_one() for p in wanted}

    assert await store.write(ask) == wanted
    await store.close()


async def test_an_error_shows_no_values(store: Store) -> None:
    def break_a_rule(tx: Tx) -> None:
        statement = sa.text("INSERT INTO audit (at, actor) VALUES (:at, :actor)")
        tx.conn.execute(statement, {"at": None, "actor": "a client's words"})

    with pytest.raises(sa.exc.DBAPIError) as raised:
        await store.write(break_a_rule)
    assert "[SQL parameters hidden" in str(raised.value)
