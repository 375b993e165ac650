"""Due things wait until everything sent before is in; one row that fails stops no other."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.clock import TravelClock
from bot.config.settings import Sending
from bot.sandbox.client import Person
from bot.sandbox.faults import Fault
from bot.services.outages import outages
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from bot.workers.pacer import Pacer
from storage import timers
from tests.bot.workers.trouble import refusing, tell
from tests.support.house import MONDAY, House, texts

NEARLY = timedelta(hours=47)
"""A check-in that nobody began ends after 48 hours; Telegram keeps an update for 24."""
DAYS = timedelta(days=4)
WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin, when the weekly check-in is due."""
WEEK = "How has your week been so far?"


async def _open_check_in(house: House) -> Person:
    """A client who has just been asked the first question."""
    client = await house.client(await house.therapist())
    assert await house.say(client, "/checkin")
    return client


async def _expired(house: House) -> bool:
    rows = await house.rows("SELECT ended_at FROM check_ins")
    return rows[0][0] is not None


@pytest.mark.promise("P3e")
async def test_an_answer_given_while_the_bot_was_down_beats_its_expiry(house: House) -> None:
    client = await _open_check_in(house)
    await house.travel(by=NEARLY)
    client.tap("7")
    house.jump(by=timedelta(hours=20))
    mark = client.mark
    await house.settle()
    assert not await _expired(house)
    assert "sent" in [entry.kind for entry in client.heard(mark)]


async def test_without_an_answer_the_same_wait_ends_it(house: House) -> None:
    await _open_check_in(house)
    await house.travel(by=DAYS)
    assert await _expired(house)


async def test_that_the_bot_is_up_is_written_once_a_minute(house: House) -> None:
    """A write each second would wear out a small server's card, and hold up answers."""
    await house.settle()
    noted = "SELECT until_at FROM uptimes"
    first = await house.rows(noted)
    house.jump(by=outages.BEAT - timedelta(seconds=1))
    await house.app.ticker.tick()
    assert await house.rows(noted) == first
    house.jump(by=timedelta(seconds=1))
    await house.app.ticker.tick()
    assert await house.rows(noted) != first


async def test_nothing_fires_during_an_outage(house: House) -> None:
    client = await _open_check_in(house)
    await house.travel(by=NEARLY)
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    client.tap("7")
    mark = client.mark
    for _ in range(8):
        house.jump(by=timedelta(hours=2))
        await house.app.ticker.tick()
        await house.app.receiver.tick()
        await house.app.sender.tick()
    assert client.heard(mark) == []
    assert not await _expired(house)
    house.sandbox.faults.clear()
    await house.settle()
    assert not await _expired(house)
    assert "sent" in [entry.kind for entry in client.heard(mark)]


async def test_in_a_run_a_timer_waits_for_a_poll_that_answered_after_it_was_due(
    house: House,
) -> None:
    """The poll that hangs may be dead already: what it would bring must not come too late."""
    await _open_check_in(house)
    house.app.receiver.has_loop = True
    await house.live_until(house.clock.now() + DAYS)
    await house.app.ticker.tick()
    assert not await _expired(house)
    await house.app.receiver.tick()
    for _ in range(3):
        await house.app.ticker.tick()
    assert await _expired(house)


async def test_of_two_timers_only_the_one_fires_whose_answers_must_be_in(house: House) -> None:
    """A poll that came between the two says nothing about the later one."""
    await _open_check_in(house)
    await house.travel(by=timedelta(hours=1))
    await _open_check_in(house)
    await house.travel(by=NEARLY - timedelta(hours=1))
    later = house.clock.now() + DAYS
    found = await house.app.store.read(lambda tx: timers.list_due(tx, later, limit=9))
    first, second = found[:2]
    assert (first.check_in_id, second.check_in_id) == (1, 2)
    house.app.receiver.has_loop = True
    await house.live_until(first.due_at + timedelta(minutes=1))
    await house.app.receiver.tick()
    await house.live_until(second.due_at + timedelta(minutes=1))
    for _ in range(3):
        await house.app.ticker.tick()
    ended = "SELECT ended_at IS NOT NULL FROM check_ins ORDER BY id"
    assert await house.rows(ended) == [(1,), (0,)]
    await house.app.receiver.tick()
    for _ in range(3):
        await house.app.ticker.tick()
    assert await house.rows(ended) == [(1,), (1,)]


async def test_a_timer_that_cannot_fire_is_put_off_and_others_do(house: House) -> None:
    therapist = await house.therapist()
    first, second = await house.client(therapist, "A.A."), await house.client(therapist, "B.B.")
    for client in (first, second):
        assert await house.say(client, "/checkin")
    mark = second.mark
    (spoilt,) = (await house.rows("SELECT min(person_id) FROM outbox WHERE check_in_id = 1"))[0]
    change = f"INSERT ON outbox WHEN NEW.person_id = {spoilt}"
    with capture_logs() as lines:
        async with refusing(house.app.store, change):
            await house.travel(by=timedelta(hours=24, minutes=5))
            assert len(texts(second.heard(mark))) == 1
    told = [line for line in lines if line["event"] == "not_fired"]
    assert 1 <= len(told) <= 2
    now = house.clock.now()
    assert await house.app.store.read(lambda tx: timers.list_due(tx, now, limit=9)) == []


async def test_an_occurrence_that_cannot_be_opened_is_missed_and_others_open(
    house: House,
) -> None:
    therapist = await house.therapist()
    first, second = await house.client(therapist, "A.A."), await house.client(therapist, "B.B.")
    marks = first.mark, second.mark
    change = "INSERT ON check_ins WHEN NEW.care_id = 1"
    with capture_logs() as lines:
        async with refusing(house.app.store, change):
            await house.travel(by=timedelta(days=2, hours=10))
            assert texts(second.heard(marks[1]))
    assert texts(first.heard(marks[0])) == []
    assert [line["event"] for line in lines].count("not_opened") == 3
    reasons = await house.rows("SELECT state, reason FROM occurrences WHERE state = 'missed'")
    assert reasons == [("missed", "failed")]


async def test_check_ins_open_only_as_fast_as_they_can_leave(house: House) -> None:
    """Eight due at once, and one message a second: few are asked at a time, and all in the end."""
    therapist = await house.therapist()
    clients = [await house.client(therapist, f"{letter}.") for letter in "ABCDEFGH"]
    await house.travel(to=WEDNESDAY - timedelta(seconds=1))
    house.app.sender._pacer = Pacer(Sending(per_second=1), house.clock.monotonic())
    waiting = []
    for _ in range(14):
        house.clock.jump(house.clock.now() + timedelta(seconds=1.1))
        await house.settle()
        rows = await house.rows("SELECT state, count(*) FROM outbox GROUP BY state")
        found = dict(rows)
        waiting.append(found.get("queued", 0) + found.get("claimed", 0))
    assert max(waiting) <= 5, "four seconds' worth, and the one that is next"
    assert waiting[-1] == 0
    assert all(WEEK in client.last for client in clients)
    opened = await house.rows("SELECT substr(opened_at, 18, 2) FROM check_ins ORDER BY id")
    seconds = Counter(second for (second,) in opened)
    assert seconds["00"] == 6, "one has left, one is next, four wait"
    assert max(seconds) > "01"


async def test_reminders_leave_only_as_fast_as_they_can_leave(house: House) -> None:
    therapist = await house.therapist()
    clients = [await house.client(therapist, f"{letter}.") for letter in "ABCDEFGH"]
    await house.travel(to=WEDNESDAY + timedelta(hours=1))
    assert all(WEEK in client.last for client in clients)
    (due_at,) = (await house.rows("SELECT max(due_at) FROM timers WHERE kind = 'remind'"))[0]
    await house.travel(to=datetime.fromisoformat(due_at).replace(tzinfo=UTC) - timedelta(seconds=1))
    house.app.sender._pacer = Pacer(Sending(per_second=1), house.clock.monotonic())
    marks = [client.mark for client in clients]
    house.clock.jump(house.clock.now() + timedelta(seconds=2))
    await house.app.ticker.tick()
    assert await house.rows("SELECT count(*) FROM outbox WHERE state = 'queued'") == [(4,)]
    await house.travel(by=timedelta(seconds=30))
    assert all(texts(c.heard(mark)) for c, mark in zip(clients, marks, strict=True))


class _Ageing:
    """A clock on which every look at the counter takes a fifth of a second."""

    def __init__(self, clock: TravelClock) -> None:
        self._clock, self._looks = clock, 0

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        self._looks += 1
        return self._clock.monotonic() + self._looks / 5


async def test_many_digests_at_one_cut_off_are_frozen_a_few_at_a_time(house: House) -> None:
    for name in ("Dr. Weber", "Dr. Vogel"):
        await house.client(await house.therapist(name), f"{name[-5]}.")
    sunday = MONDAY + timedelta(days=6, hours=9)
    await house.travel(to=sunday - timedelta(seconds=1))
    house.jump(by=timedelta(seconds=1))
    house.app.ticker.clock = _Ageing(house.clock)  # type: ignore[assignment]
    frozen = []
    for _ in range(3):
        next_at = await house.app.ticker.tick()
        frozen += await house.rows("SELECT count(*) FROM digests")
        assert (next_at == sunday) is (frozen[-1] == (1,)), "it goes on at once where some wait"
    assert frozen == [(1,), (2,), (2,)]


async def test_without_room_nothing_is_opened_and_the_ticker_looks_again_soon(
    house: House,
) -> None:
    await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - timedelta(seconds=1))
    house.app.sender._pacer = Pacer(Sending(per_second=1), house.clock.monotonic())
    stored = await house.stored(await house.therapist("Dr. Vogel"))

    def fill(work: Work) -> None:
        for number in range(9):
            speak.notify(work, stored.id, f"text {number}", key=f"k{number}")

    await tell(house, fill)
    house.jump(by=timedelta(seconds=1))
    next_at = await house.app.ticker.tick()
    assert await house.rows("SELECT count(*) FROM check_ins") == [(0,)]
    assert next_at == house.clock.now() + timedelta(seconds=1)
    await house.travel(by=timedelta(seconds=30))
    assert await house.rows("SELECT count(*) FROM check_ins") == [(1,)]
