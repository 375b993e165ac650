"""Runs on one database: one leads, all share, and decisions about one person come one by one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only

from storage import inbox, outbox, people, person_locks, runs
from storage.inbox import NewUpdate
from storage.runs import Beat, Share
from storage.store import Store, Tx
from storage.tables_messages import runs as runs_table
from storage.tables_people import people as people_table
from tests.storage.conftest import KEYRING
from tests.storage.practice import HOUR, NOW, add_person
from tests.storage.test_storage_outbox import say, take

OVER = timedelta(0)
SECOND = timedelta(seconds=1)


def beat(
    tx: Tx, run_id: int, lasts: timedelta = HOUR, leads_for: timedelta = HOUR, said: bool = False
) -> Beat:
    found = runs.beat(tx, run_id, lasts=lasts, leads_for=leads_for, caught_up=said)
    assert found is not None
    return found


def begin(tx: Tx, lasts: timedelta = HOUR, alone: bool = False) -> int:
    return runs.begin(tx, lasts=lasts, alone=alone)


async def test_the_first_to_beat_leads_until_its_lease_is_over(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = begin(tx), begin(tx)
        assert beat(tx, one).leads
        assert not beat(tx, other).leads
        assert beat(tx, one, leads_for=OVER).leads, "it has the lease, which ends at once"
        found = beat(tx, other)
        assert (found.leads, found.term) == (True, 2)
        found = beat(tx, one)
        assert (found.leads, found.term) == (False, 2)

    await store.write(go)


async def test_whoever_ends_leaves_the_lead_to_the_next_at_once(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = begin(tx), begin(tx)
        beat(tx, one)
        runs.end(tx, one)
        assert beat(tx, other).leads
        assert runs.list_living(tx) == [other]
        assert begin(tx) > other, "an id is never given twice, though it is free"

    await store.write(go)


async def test_only_the_one_that_leads_says_whether_all_is_in(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = begin(tx), begin(tx)
        assert not beat(tx, one).is_caught_up
        assert beat(tx, one, said=True).is_caught_up
        assert beat(tx, other).is_caught_up, "and so the others know"
        runs.end(tx, one)
        assert not beat(tx, other).is_caught_up, "the next one has to poll first"

    await store.write(go)


async def test_a_run_that_missed_its_lease_is_given_up(store: Store) -> None:
    def go(tx: Tx) -> None:
        one = begin(tx, lasts=OVER)
        assert runs.list_living(tx) == []
        assert runs.beat(tx, one, lasts=HOUR, leads_for=HOUR, caught_up=False) is None
        other = begin(tx)
        assert beat(tx, other).leads
        assert runs.list_living(tx) == [other]
        assert tx.conn.execute(sa.select(runs_table.c.id)).scalars().all() == [other]

    await store.write(go)


async def test_a_new_run_is_known_once_every_other_has_seen_it(store: Store) -> None:
    """Until then the others use its share of the pace, too."""

    def go(tx: Tx) -> None:
        one, other, third = begin(tx), begin(tx), begin(tx)
        beat(tx, one)
        beat(tx, other)
        new = begin(tx)
        assert not beat(tx, new).is_known
        beat(tx, one)
        beat(tx, other)
        assert not beat(tx, new).is_known, "the third has not"
        beat(tx, third)
        found = beat(tx, new)
        assert found.is_known
        assert found.living == (one, other, third, new)

    await store.write(go)


async def test_alone_all_others_are_dead(store: Store) -> None:
    def go(tx: Tx) -> None:
        begin(tx)
        last = begin(tx, alone=True)
        assert runs.list_living(tx) == [last]

    await store.write(go)


async def test_each_run_takes_its_share_and_what_is_late(store: Store) -> None:
    def go(tx: Tx) -> None:
        some = [add_person(tx, f"P{number:03}").id for number in range(4)]
        for person in some:
            say(tx, person, f"to {person}")
            inbox.add_many(tx, [NewUpdate(person, "mark", person, "{}")], NOW)
        shares = (Share(0, 2), Share(1, 2))
        for share in shares:
            rows = inbox.list_new(tx, now=NOW, limit=9, share=share)
            assert [row.person_id for row in rows] == [p for p in some if p % 2 == share.place]
        late = NOW + runs.LATE
        assert len(inbox.list_new(tx, now=late, limit=9, share=shares[0])) == 2, "not yet late"
        rows = inbox.list_new(tx, now=late + SECOND, limit=9, share=shares[0])
        assert [row.person_id for row in rows] == some
        mine = take(tx, share=shares[1])
        assert [row.person_id for row in mine] == [p for p in some if p % 2 == 1]
        left = take(tx, now=late + SECOND, share=shares[1])
        assert [row.person_id for row in left] == [p for p in some if p % 2 == 0]

    await store.write(go)


async def test_rows_are_still_new_until_handled_put_off_or_behind_one_that_was(
    store: Store,
) -> None:
    def go(tx: Tx) -> None:
        person, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        new = [NewUpdate(number, "mark", person, "{}") for number in range(2)]
        inbox.add_many(tx, [*new, NewUpdate(9, "mark", other, "{}")], NOW)
        first, second, third = (row.id for row in inbox.list_new(tx, now=NOW, limit=9))
        assert inbox.still_new(tx, [first, second], NOW) == {first, second}
        inbox.mark_failed(tx, first, now=NOW, retry_at=NOW + HOUR, error="kind")
        assert inbox.still_new(tx, [first, second, third], NOW) == {third}
        assert inbox.still_new(tx, [first, second], NOW + HOUR) == {first, second}
        inbox.mark_done(tx, first)
        assert inbox.still_new(tx, [first, second], NOW) == {second}

    await store.write(go)


@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
async def test_two_decisions_about_one_person_come_one_after_the_other(
    store: Store, shared_url: str
) -> None:
    """Each adds one to what it read: read committed alone would lose most of them."""
    elsewhere = await Store.open(shared_url, KEYRING)
    person = (await store.write(lambda tx: add_person(tx, "AAAA"))).id

    def one_more(tx: Tx) -> None:
        mine = people_table.c.id == person
        found = tx.conn.execute(sa.select(people_table.c.zone).where(mine)).scalar_one()
        tx.conn.execute(sa.text("SELECT pg_sleep(0.001)"))
        count = int(found) if found.isdigit() else 0
        tx.conn.execute(sa.update(people_table).where(mine).values(zone=str(count + 1)))

    everybody = [None, [person], [person, person + 1]]
    writes = [
        each.write(one_more, everybody[number % 3])
        for number in range(30)
        for each in (store, elsewhere)
    ]
    await asyncio.gather(*writes)
    assert (await store.read(lambda tx: people.load(tx, person))).zone == "60"
    await elsewhere.close()


@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
async def test_decisions_about_different_people_do_not_wait(store: Store, shared_url: str) -> None:
    """One is in the middle of its transaction until the other one is through."""
    elsewhere = await Store.open(shared_url, KEYRING)

    def both(tx: Tx) -> list[int]:
        return [add_person(tx, code).id for code in ("AAAA", "BBBB")]

    one, other = await store.write(both)
    loop, entered, through = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def waits(tx: Tx) -> set[int]:
        loop.call_soon(entered.set)
        await_only(through.wait())
        return person_locks.free_people(tx, [one, other])

    waiting = asyncio.create_task(store.write(waits, [one]))
    await entered.wait()
    try:
        free = await elsewhere.write(lambda tx: person_locks.free_people(tx, [one, other]), [other])
        assert free == {other}, "the other one is being decided about"
        blocked = asyncio.create_task(elsewhere.write(lambda tx: None))
        assert await elsewhere.write_beside(runs.list_living) == []
        assert not blocked.done(), "what is about anybody waits"
    finally:
        through.set()
    assert await waiting == {one, other}
    await blocked
    await elsewhere.close()


@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
async def test_a_claim_passes_by_somebody_about_whom_another_run_decides(
    store: Store, shared_url: str
) -> None:
    elsewhere = await Store.open(shared_url, KEYRING)

    def fill(tx: Tx) -> list[int]:
        some = [add_person(tx, code).id for code in ("AAAA", "BBBB")]
        for person in some:
            say(tx, person, f"to {person}")
        return some

    one, other = await store.write(fill)
    loop, entered, through = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def waits(tx: Tx) -> None:
        loop.call_soon(entered.set)
        await_only(through.wait())

    waiting = asyncio.create_task(store.write(waits, [one]))
    await entered.wait()
    try:
        assert [row.person_id for row in await elsewhere.write(take, [])] == [other]
    finally:
        through.set()
    await waiting
    assert [row.person_id for row in await elsewhere.write(take, [])] == [one]
    await elsewhere.close()


@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
async def test_a_hint_reaches_every_process_that_listens(store: Store, shared_url: str) -> None:
    elsewhere = await Store.open(shared_url, KEYRING)
    heard: asyncio.Queue[str] = asyncio.Queue()
    listening = asyncio.create_task(elsewhere.listen(heard.put_nowait))
    hinting = asyncio.create_task(_hint_until_heard(store, heard))
    assert await asyncio.wait_for(heard.get(), 20) == "inbox"
    hinting.cancel()
    listening.cancel()
    await asyncio.gather(listening, hinting, return_exceptions=True)
    await elsewhere.close()


async def _hint_until_heard(store: Store, heard: asyncio.Queue[str]) -> None:
    """Whoever does not listen yet hears nothing: a hint is no more than that."""
    while heard.empty():
        await store.hint("inbox")


def test_the_tokens_of_two_runs_differ_in_what_stands_before_the_dot() -> None:
    assert outbox.run_of("12.7") == "12"
    assert outbox.run_of("1.27") == "1"
