"""The audit trail cannot be changed unnoticed: each row's mark covers all that came before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from storage import audit, erasures, people
from storage.audit import Head, Verified
from storage.store import Store, Tx
from storage.tables_people import audit as table
from tests.storage.practice import HOUR, NOW, add_care


def note(tx: Tx, *subjects: str) -> None:
    for subject in subjects:
        audit.add(tx, now=NOW, actor="admin", action="looked", subject=subject, detail="d")


@contextmanager
def without_triggers(tx: Tx) -> Iterator[None]:
    """As somebody who writes into the database file past Interlude."""
    if tx.conn.dialect.name == "postgresql":
        tx.conn.exec_driver_sql("SET LOCAL session_replication_role = 'replica'")
        yield
        return
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
    triggers = tx.conn.exec_driver_sql(found).all()
    for name, _ in triggers:
        tx.conn.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        tx.conn.exec_driver_sql(sql)


async def five(store: Store) -> Head:
    for subject in ("A1", "B2", "C3", "D4"):
        await store.write(lambda tx, subject=subject: note(tx, subject))
    await store.write(lambda tx: note(tx, "E5", "F6"))
    head = await store.read(audit.head)
    assert head is not None
    return head


async def spoil(store: Store, *statements: str) -> Verified:
    def decide(tx: Tx) -> None:
        with without_triggers(tx):
            for statement in statements:
                tx.conn.exec_driver_sql(statement)

    await store.write(decide)
    return await store.read(audit.verify)


async def test_a_trail_that_nobody_touched_is_whole_and_goes_on_from_its_head(
    store: Store,
) -> None:
    assert await store.read(audit.head) is None
    assert await store.read(audit.verify) == Verified(0, 0, None, True)
    head = await five(store)
    assert audit.read_head(f" {head}\n") == head
    found = await store.read(lambda tx: audit.verify(tx, [head]))
    assert (found.rows, found.unmarked, found.is_whole) == (6, 0, True)
    await store.write(lambda tx: note(tx, "G7"))
    assert (await store.read(lambda tx: audit.verify(tx, [head]))).is_whole


@pytest.mark.parametrize(
    ("what", "noticed_at"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE subject = 'C3'", "C3"),
        ("UPDATE audit SET detail = '' WHERE subject = 'C3'", "C3"),
        ("UPDATE audit SET mark = NULL WHERE subject = 'C3'", "C3"),
        ("DELETE FROM audit WHERE subject = 'C3'", "D4"),
        ("DELETE FROM audit WHERE subject IN ('A1', 'B2')", "C3"),
        (
            "INSERT INTO audit (id, at, actor, action, subject, detail, mark) "
            "SELECT id + 100, at, actor, action, 'X9', detail, mark FROM audit "
            "WHERE subject = 'F6'",
            "X9",
        ),
    ],
)
async def test_a_row_that_was_changed_removed_or_put_in_is_found(
    store: Store, what: str, noticed_at: str
) -> None:
    await five(store)
    found = await spoil(store, what)
    wanted = sa.select(table.c.id).where(table.c.subject == noticed_at)
    assert found.broken_at == await store.read(lambda tx: tx.conn.execute(wanted).scalar_one())
    assert not found.is_whole


async def test_rows_that_changed_places_are_found(store: Store) -> None:
    await five(store)
    found = await spoil(
        store,
        "UPDATE audit SET id = 900 WHERE subject = 'B2'",
        "UPDATE audit SET id = (SELECT id + 1 FROM audit WHERE subject = 'A1') "
        "WHERE subject = 'C3'",
    )
    assert not found.is_whole


async def test_a_trail_that_was_cut_off_is_found_by_its_published_head_only(store: Store) -> None:
    head = await five(store)
    assert (await spoil(store, "DELETE FROM audit WHERE subject IN ('E5', 'F6')")).is_whole
    found = await store.read(lambda tx: audit.verify(tx, [head]))
    assert (found.broken_at, found.head_is_there, found.is_whole) == (None, False, False)
    await store.write(lambda tx: note(tx, "E5", "F6", "G7"))
    assert not (await store.read(lambda tx: audit.verify(tx, [Head(head.id, "0" * 12)]))).is_whole


async def test_a_published_head_of_another_mark_is_not_there(store: Store) -> None:
    head = await five(store)
    assert (await store.read(lambda tx: audit.verify(tx, [head]))).is_whole
    found = await store.read(lambda tx: audit.verify(tx, [Head(head.id, "0" * 12)]))
    assert (found.broken_at, found.head_is_there, found.is_whole) == (None, False, False)


async def test_rows_from_before_there_were_marks_are_covered_by_the_first(store: Store) -> None:
    await five(store)
    assert (await spoil(store, "UPDATE audit SET mark = NULL")).unmarked == 6
    assert await store.read(audit.head) is None
    await store.write(lambda tx: note(tx, "G7"))
    found = await store.read(audit.verify)
    assert (found.rows, found.unmarked, found.is_whole) == (7, 6, True)
    assert not (await spoil(store, "UPDATE audit SET actor = 'x' WHERE subject = 'A1'")).is_whole


async def test_an_erasing_leaves_the_trail_whole_and_names_nobody_in_it(store: Store) -> None:
    care = await store.write(add_care)
    await store.write(lambda tx: note(tx, care.client_code))

    def erase(tx: Tx) -> None:
        person = people.load(tx, care.client_id)
        gone = erasures.erase(tx, person, by="client", receipt="R-1", now=NOW + HOUR)
        erasures.finish(tx, gone, NOW + HOUR)
        note(tx, care.client_code)

    await store.write(erase)
    found = await store.read(audit.verify)
    assert (found.rows, found.is_whole) == (2, True)


async def test_many_who_write_at_once_make_one_trail(store: Store) -> None:
    await asyncio.gather(
        *(store.write(lambda tx, n=n: note(tx, f"S{n}", f"T{n}")) for n in range(20))
    )
    found = await store.read(audit.verify)
    assert (found.rows, found.broken_at) == (40, None)


async def test_nothing_is_noted_of_what_was_rolled_back(store: Store) -> None:
    def fail(tx: Tx) -> None:
        note(tx, "A1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(fail)
    assert await store.read(lambda tx: audit.list_(tx, 9)) == []


@pytest.mark.parametrize("text", ["", "7", "7-", "x-0123456789ab", "7-0123456789aZ", "7-0123"])
def test_what_is_no_head_is_not_read_as_one(text: str) -> None:
    assert audit.read_head(text) is None
