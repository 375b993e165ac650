"""The inbox keeps an update once, in order, until it is handled; its body goes with it."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa

from storage import inbox
from storage.errors import StaleState
from storage.inbox import NewUpdate
from storage.store import Store, Tx
from storage.tables_messages import inbox as table
from storage.tables_people import person_keys
from tests.storage.practice import DAY, HOUR, MINUTE, NOW, add_person


def received(tx: Tx, *updates: tuple[int, int]) -> list[inbox.InboxRow]:
    """Rows for (update id, person id), as received at NOW."""
    rows = [NewUpdate(u, f"f{u}", person, f"body {u}") for u, person in updates]
    inbox.add_many(tx, rows, NOW)
    return inbox.list_new(tx, now=NOW, limit=99)


@pytest.mark.promise("P1c")
async def test_an_update_is_kept_once_in_the_order_received(store: Store) -> None:
    def go(tx: Tx) -> None:
        person = add_person(tx, "AAAA").id
        updates = [NewUpdate(u, f"f{u}", person, f"body {u}") for u in (9, 7, 8)]
        assert inbox.add_many(tx, [], NOW) == 0
        assert inbox.add_many(tx, updates, NOW) == 3
        assert inbox.add_many(tx, [*updates, NewUpdate(9, "other", person, "new")], NOW) == 1
        rows = inbox.list_new(tx, now=NOW, limit=9)
        assert [(r.update_id, r.body) for r in rows] == [
            (9, "body 9"),
            (7, "body 7"),
            (8, "body 8"),
            (9, "new"),
        ]
        assert inbox.list_new(tx, now=NOW, limit=1) == rows[:1]
        assert inbox.list_new(tx, now=NOW, limit=9, after_id=rows[1].id) == rows[2:]
        assert inbox.count_new(tx) == 4

    await store.write(go)


@pytest.mark.promise("P6c")
async def test_a_handled_row_is_done_once_and_its_body_is_gone(store: Store) -> None:
    def go(tx: Tx) -> None:
        (row,) = received(tx, (1, add_person(tx, "AAAA").id))
        inbox.mark_done(tx, row.id)
        with pytest.raises(StaleState):
            inbox.mark_done(tx, row.id)
        kept = tx.conn.execute(sa.select(table.c.state, table.c.body_sealed)).one()
        assert tuple(kept) == ("done", None)
        assert inbox.list_new(tx, now=NOW, limit=9) == []
        assert received(tx, (1, row.person_id or 0)) == [], "a repeat of what is done"

    await store.write(go)


async def test_the_newest_row_is_known_also_when_it_is_done(store: Store) -> None:
    def go(tx: Tx) -> None:
        assert inbox.newest_id(tx) == 0
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        rows = received(tx, (5, one), (4, other))
        inbox.mark_done(tx, rows[1].id)
        assert inbox.newest_id(tx) == rows[1].id > rows[0].id

    await store.write(go)


async def test_a_failed_row_waits_and_holds_up_its_person_only(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        first = received(tx, (1, one), (2, other), (3, one))[0]
        retry_at = NOW + MINUTE
        failures = [
            inbox.mark_failed(tx, first.id, now=NOW, retry_at=retry_at, error="KeyError")
            for _ in range(2)
        ]
        assert failures == [1, 2]
        assert [r.update_id for r in inbox.list_new(tx, now=NOW, limit=9)] == [2]
        again = inbox.list_new(tx, now=retry_at, limit=9)
        assert [(r.update_id, r.attempts) for r in again] == [(1, 2), (2, 0), (3, 0)]
        assert again[0].body == "body 1"
        with pytest.raises(ValueError, match="past"):
            inbox.mark_failed(tx, first.id, now=NOW, retry_at=NOW - HOUR, error="KeyError")

    await store.write(go)


async def test_a_quarantined_row_is_kept_and_holds_nobody_up(store: Store) -> None:
    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        first, _ = received(tx, (1, one), (2, one))
        inbox.quarantine(tx, first.id, error="KeyError", now=NOW)
        assert [r.update_id for r in inbox.list_new(tx, now=NOW, limit=9)] == [2]
        for change in (
            lambda: inbox.quarantine(tx, first.id, error="KeyError", now=NOW),
            lambda: inbox.mark_done(tx, first.id),
            lambda: inbox.mark_failed(tx, first.id, now=NOW, retry_at=NOW, error="KeyError"),
        ):
            with pytest.raises(StaleState):
                change()
        body = sa.select(table.c.body_sealed).where(table.c.id == first.id)
        assert tx.conn.execute(body).scalar_one() is not None

    await store.write(go)


async def test_what_was_set_aside_is_listed_tried_again_or_removed(store: Store) -> None:
    def prepare(tx: Tx) -> tuple[int, int, list[inbox.InboxRow]]:
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        rows = received(tx, (1, one), (2, one), (3, other))
        for row in rows:
            inbox.quarantine(tx, row.id, error="KeyError", now=NOW)
        tx.conn.execute(sa.delete(person_keys).where(person_keys.c.person_id == other))
        return one, other, rows

    one, other, rows = await store.write(prepare)

    def go(tx: Tx) -> None:
        assert [(a.person_id, a.body) for a in inbox.list_set_aside(tx)] == [
            (one, rows[0].body),
            (one, rows[1].body),
            (other, None),
        ]
        inbox.retry(tx, rows[0].id, NOW + DAY)
        assert inbox.list_new(tx, now=NOW, limit=9) == []
        (again,) = inbox.list_new(tx, now=NOW + DAY, limit=9)
        assert (again.id, again.attempts) == (rows[0].id, 0)
        inbox.remove(tx, rows[1].id)
        assert [a.id for a in inbox.list_set_aside(tx)] == [rows[2].id]
        left = sa.select(table.c.state, table.c.body_sealed).where(table.c.id == rows[1].id)
        assert tuple(tx.conn.execute(left).one()) == ("done", None)
        for change in (partial(inbox.retry, now=NOW), inbox.remove):
            with pytest.raises(StaleState):
                change(tx, rows[0].id)

    await store.write(go)


async def test_only_done_rows_are_purged(store: Store) -> None:
    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        done, aside, _ = received(tx, (1, one), (2, one), (3, one))
        inbox.mark_done(tx, done.id)
        inbox.quarantine(tx, aside.id, error="KeyError", now=NOW)
        assert inbox.purge(tx, NOW) == 0
        assert inbox.purge(tx, NOW + 2 * DAY) == 1
        kept = tx.conn.execute(sa.select(table.c.update_id).order_by(table.c.id)).scalars()
        assert list(kept) == [2, 3]

    await store.write(go)


async def test_a_row_of_an_erased_person_holds_nobody_up(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        received(tx, (1, one), (2, other))
        tx.conn.execute(sa.delete(person_keys).where(person_keys.c.person_id == one))

    await store.write(go)
    rows = await store.read(lambda tx: inbox.list_new(tx, now=NOW, limit=9))
    assert [row.update_id for row in rows] == [2]
