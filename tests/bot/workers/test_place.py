"""The place of a run among others on one PostgreSQL database, by its own steady counter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.clock import TravelClock
from bot.workers.place import LEADS_FOR, LIFE, SPARE_SECONDS, Place
from storage import migrate, runs
from storage.data_keys import Keyring
from storage.runs import Share
from storage.store import Store, Tx
from tests.storage.practice import NOW
from tests.support.postgres import postgres_or_skip, sqlalchemy_url

KEYRING = Keyring({1: bytes(range(32))})
SPARE = timedelta(seconds=SPARE_SECONDS)
MOMENT = timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgres_or_skip() as folder:
        yield folder


@pytest.fixture
async def store(server: Path) -> AsyncIterator[Store]:
    url = sqlalchemy_url(server)
    await migrate.upgrade(url, may_create=True)
    opened = await Store.open(url, KEYRING)
    yield opened
    for run_id in await opened.read(runs.list_living):
        await opened.write_beside(lambda tx, run_id=run_id: runs.end(tx, run_id))
    await opened.close()


async def test_a_run_leads_and_sends_no_longer_than_its_leases_surely_last(store: Store) -> None:
    clock = TravelClock(NOW)
    place = Place(store, clock)
    await place.begin()
    assert not place.leads
    assert not place.may_send, "nobody knows of it yet"
    await place.keep(caught_up=False)
    assert place.leads
    assert place.may_send
    clock.jump(NOW + LEADS_FOR - SPARE - MOMENT)
    assert place.leads
    clock.jump(NOW + LEADS_FOR - SPARE)
    assert not place.leads, "another one may lead soon"
    assert place.may_send
    clock.jump(NOW + LIFE - SPARE - MOMENT)
    assert place.may_send
    clock.jump(NOW + LIFE - SPARE)
    assert not place.may_send, "what it had claimed may be another's soon"


async def test_two_runs_share_and_the_second_leads_once_the_first_has_ended(store: Store) -> None:
    first, second = (Place(store, TravelClock(NOW)) for _ in range(2))
    await first.begin()
    await first.keep(caught_up=False)
    assert not first.has_others
    await second.begin()
    await second.keep(caught_up=False)
    assert not second.may_send, "the first does not know of it"
    await first.keep(caught_up=True)
    await second.keep(caught_up=True)
    assert second.may_send
    assert (first.leads, second.leads) == (True, False)
    assert second.is_caught_up
    assert (first.share, second.share) == (Share(0, 2), Share(1, 2))
    assert first.has_others
    assert second.has_others
    await first.end()
    await second.keep(caught_up=True)
    assert second.leads
    assert not second.is_caught_up, "it has polled nothing yet"
    assert second.share == Share(0, 1)


async def test_a_run_of_before_an_upgrade_writes_nothing_more(store: Store) -> None:
    def upgraded(tx: Tx, schema: str) -> None:
        tx.conn.execute(sa.text("UPDATE alembic_version SET version_num = :it"), {"it": schema})

    place = Place(store, TravelClock(NOW))
    await place.begin()
    await place.keep(caught_up=False)
    assert not place.is_outdated
    before, schema = place.run_id, await store.read(runs.schema)
    await store.write_beside(partial(upgraded, schema="9999"))
    try:
        await store.write_beside(lambda tx: runs.end(tx, before))
        await place.keep(caught_up=False)
        assert place.is_outdated
        assert place.run_id == before, "it does not begin anew"
        assert await store.read(runs.list_living) == []
    finally:
        await store.write_beside(partial(upgraded, schema=schema))


async def test_that_the_database_is_away_or_back_and_who_leads_is_said_once_each_time(
    store: Store,
) -> None:
    def renamed(tx: Tx, was: str, now: str) -> None:
        tx.conn.execute(sa.text(f"ALTER TABLE {was} RENAME TO {now}"))

    place = Place(store, TravelClock(NOW))
    await place.begin()
    with capture_logs() as lines:
        for _ in range(2):
            await place.keep(caught_up=False)
            await place.keep(caught_up=False)
            await store.write_beside(partial(renamed, was="runs", now="elsewhere"))
            await place.keep(caught_up=False)
            await place.keep(caught_up=False)
            await store.write_beside(partial(renamed, was="elsewhere", now="runs"))
    await place.keep(caught_up=False)
    said = [line["event"] for line in lines]
    assert said == ["leads", "database_away", "database_back", "database_away"]


async def test_a_run_that_was_given_up_begins_anew_and_holds_nothing_of_before(
    store: Store,
) -> None:
    place = Place(store, TravelClock(NOW))
    await place.begin()
    await place.keep(caught_up=False)
    before, token = place.run_id, place.token(1)
    assert place.holds(token)
    assert not place.holds(f"{before}1.1")
    await store.write_beside(lambda tx: runs.end(tx, before))
    await place.keep(caught_up=False)
    assert place.run_id > before
    assert not place.may_send
    assert not place.holds(token)
