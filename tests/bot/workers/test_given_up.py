"""A run on PostgreSQL that slept past its lease: others have its work, and it finds that out before
it sends or writes anything; what it had sent before is still written down.

Two whole applications on one database; leases end by the server's clock, which is told so here.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only

from bot.app import App, open_app
from bot.clock import TravelClock
from bot.ids import SystemIds
from bot.sandbox import Person, Sandbox
from bot.workers.place import LIFE
from storage import outbox
from storage.errors import GivenUp
from storage.store import Tx
from tests.crash.questions import AGAIN, long_flow, number_in
from tests.crash.world import CLOCK, FIRST_CHAT, TOKEN, furnish, write_config
from tests.storage.conftest import statement
from tests.support.postgres import postgres_or_skip, sqlalchemy_url

RE_ASK = timedelta(seconds=1)
OVER = sa.text("UPDATE runs SET until_at = clock_timestamp() WHERE id = :run")
STATES = sa.text("SELECT state FROM outbox ORDER BY id")
CLAIMED = sa.text("SELECT id, token FROM outbox WHERE state = 'claimed'")
CLIENT = sa.text("SELECT client_id FROM cares")
WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
NEWEST = sa.text("SELECT state, message_id, reason FROM outbox ORDER BY id DESC LIMIT 1")
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgres_or_skip() as folder:
        yield folder


@dataclass(slots=True)
class Two:
    """Two runs, of which the first leads, and a client."""

    first: App
    second: App
    clocks: tuple[TravelClock, TravelClock]
    client: Person

    async def sleep(self) -> None:
        """The first one sleeps until its lease is over; the second leads, and sorts its claims."""
        self.clocks[0].jump(self.clocks[0].now() + LIFE)
        await self.end_lease()
        await self.second.store.write(lambda tx: tx.conn.execute(sa.text("DELETE FROM lead")))
        for _ in range(2):
            await self.second.place.keep(caught_up=True)
        assert self.second.place.leads
        await self.second.sender.recover()

    async def end_lease(self) -> None:
        """The lease of the first one is over, and nobody has noticed."""
        run_id = self.first.place.run_id
        await self.second.store.write(lambda tx: tx.conn.execute(OVER, {"run": run_id}))

    async def wake(self) -> None:
        """It looks for its place, and has another one from then on."""
        for place in (self.first.place, self.second.place) * 3:
            await place.keep(caught_up=True)
        assert self.first.place.may_send

    async def find(self, query: sa.TextClause) -> list[tuple[object, ...]]:
        """Return what the database says."""
        return await self.second.store.read(
            lambda tx: [tuple(row) for row in tx.conn.execute(query)]
        )

    async def ask(self) -> None:
        """The client asks for a check-in, whose first question the first run puts in the outbox."""
        self.client.say("/checkin")
        await self.first.receiver.tick()
        await self.first.handler.tick()


@pytest.fixture
async def two(server: Path, tmp_path: Path) -> AsyncIterator[Two]:
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(TravelClock(CLOCK.now()), TOKEN))
        name = f"d{next(_numbers)}"
        await statement(server, f"CREATE DATABASE {name}")
        settings = write_config(tmp_path, sandbox.url, database=sqlalchemy_url(server, name))
        await furnish(settings, long_flow(2), 1)
        apps, clocks = [], []
        for _ in range(2):
            clocks.append(TravelClock(CLOCK.now()))
            apps.append(
                await stack.enter_async_context(
                    open_app(settings, clock=clocks[-1], ids=SystemIds())
                )
            )
            await apps[-1].place.begin()
        for app in apps * 3:  # until each has seen the other
            await app.place.keep(caught_up=True)
        assert [app.place.leads for app in apps] == [True, False]
        yield Two(*apps, (clocks[0], clocks[1]), sandbox.person(FIRST_CHAT, "C0", language="en"))


async def test_it_sends_nothing_that_it_claimed_before(two: Two) -> None:
    await two.ask()
    await two.first.sender.step()
    assert (await two.find(STATES))[-1] == ("claimed",)
    await two.sleep()
    assert two.first.sender.release() is None
    assert (await two.find(STATES))[-1] == ("uncertain",)
    await two.wake()
    await two.first.sender.tick()
    assert _asked(two.client) == []
    assert (await two.find(STATES))[-1] == ("uncertain",), "it is not the first one's any more"


async def test_it_writes_nothing_before_it_has_begun_anew(two: Two) -> None:
    two.client.say("/checkin")
    await two.first.receiver.tick()
    await two.end_lease()
    with pytest.raises(GivenUp):
        await two.first.handler.tick()
    await two.sleep()
    two.client.say("words that only it has fetched")
    with pytest.raises(GivenUp):
        await two.first.receiver.tick()
    for about in (None, {1}, set[int]()):
        with pytest.raises(GivenUp):
            await two.first.store.write(lambda tx: tx.conn.execute(NEWEST), about)
    assert await two.find(NEWEST) == []
    await two.wake()
    await two.second.receiver.tick()
    await two.second.handler.tick()
    assert len(await two.find(NEWEST)) == 1, "the other did it, and Telegram kept the rest"
    await two.first.store.write(lambda tx: tx.conn.execute(NEWEST))


async def test_what_it_had_sent_is_written_down_and_not_asked_once_more(two: Two) -> None:
    await two.ask()
    await two.first.sender.step()
    two.first.sender.release()
    await two.client.wait_for(lambda them: _asked(them) == [(1, False)])
    await two.sleep()
    assert (await two.find(NEWEST))[0][::2] == ("uncertain", "the sender stopped")
    await two.wake()
    await two.first.sender.tick()
    shown = two.client.newest.message_id
    assert await two.find(NEWEST) == [("sent", shown, None)]
    two.clocks[1].jump(two.clocks[1].now() + 2 * RE_ASK)
    await two.second.receiver.tick()
    await two.second.ticker.tick()
    await two.second.sender.tick()
    assert _asked(two.client) == [(1, False)]


async def test_what_a_client_sends_waits_for_who_decides_about_them_and_for_nobody_else(
    two: Two,
) -> None:
    client = (await two.find(CLIENT))[0][0]
    for about, does_wait in ((client + 1, False), (client, True)):
        two.client.say("/help")
        await two.first.receiver.tick()
        assert await _waits_for(two, about) == does_wait


async def test_no_two_claims_of_any_runs_have_one_token(two: Two) -> None:
    """Each process counts its claims from one: the run's id keeps them apart."""
    first, second = two.first.place, two.second.place
    await two.ask()
    await two.first.sender.step()
    ((row_id, token),) = await two.find(CLAIMED)
    assert token == first.token(1)
    mark = partial(outbox.mark_sent, row_id=row_id, message_id=1, now=CLOCK.now())
    assert not await two.second.store.write(partial(mark, token=second.token(1)))
    await two.sleep()
    await two.wake()
    assert len({token, first.token(1), second.token(1)}) == 3


async def _waits_for(two: Two, person_id: int) -> bool:
    """The first run handles what came in while the second decides about this person."""
    loop, entered, through = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def decide(tx: Tx) -> None:
        loop.call_soon(entered.set)
        await_only(through.wait())

    deciding = asyncio.create_task(two.second.store.write(decide, [person_id]))
    await entered.wait()
    handling = asyncio.create_task(two.first.handler.tick())
    while not handling.done() and await two.find(WAITING) == [(0,)]:
        pass
    waits = not handling.done()
    through.set()
    await deciding
    assert await handling == 1
    return waits


def _asked(client: Person) -> list[tuple[int, bool]]:
    """The questions that arrived, and whether each came as one that is asked once more."""
    found = [(number_in(entry.text), AGAIN in entry.text) for entry in client.heard()]
    return [(number, again) for number, again in found if number is not None]
