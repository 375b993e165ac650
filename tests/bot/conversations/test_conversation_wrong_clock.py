"""The machine's clock was wrong, for a moment or for long: nobody is asked before the time, nothing
is given up, no digest is made ahead, and whoever writes is answered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.app import open_app
from bot.ids import SeededIds
from bot.sandbox import Fault, Person
from bot.sandbox.ledger import Entry
from tests.support.house import House, texts
from tests.support.on_call import FIRST, HARD, heard_by, people_in

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
WEEK = "How has your week been so far?"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def asked(client: Person) -> list[Entry]:
    return [each for each in client.ledger if each.kind == "sent" and WEEK in each.text]


@asynccontextmanager
async def begun_anew(house: House, *, ahead: timedelta) -> AsyncIterator[None]:
    """The process begins again, on a clock that is so far ahead."""
    house.machine.ahead = ahead
    async with open_app(house.app.settings, clock=house.machine, ids=SeededIds(8)) as app:
        house.app = app
        yield


async def test_fourteen_days_ahead_for_three_seconds_at_the_start(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    before = await house.everything()
    mark = weber.mark
    async with begun_anew(house, ahead=14 * DAY):
        await house.settle()
        assert await house.everything() == before
        house.machine.ahead = timedelta()
        await house.travel(to=WEDNESDAY + MINUTE)
        assert len(asked(client)) == 1
        assert texts(weber.heard(mark)) == []
        await house.tap(client, "7")
        await house.travel(to=SUNDAY + MINUTE)
        assert await house.rows("SELECT week FROM digests") == [("2026-W48",)]
        assert any("A.B." in text for text in texts(weber.heard(mark)))


async def test_six_hours_ahead_brings_no_evening_question_at_noon(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - 6 * HOUR)
    house.machine.ahead = 6 * HOUR + MINUTE
    await house.travel(by=HOUR)
    assert asked(client) == []
    house.machine.ahead = timedelta()
    await house.travel(to=WEDNESDAY + MINUTE)
    assert [each.at for each in asked(client)] == [WEDNESDAY]


async def test_a_clock_that_is_behind_lets_nothing_come_late_once_it_is_right(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - HOUR)
    house.machine.ahead = -2 * DAY
    await house.travel(by=30 * MINUTE)
    house.machine.ahead = timedelta()
    await house.travel(to=WEDNESDAY + MINUTE)
    assert [each.at for each in asked(client)] == [WEDNESDAY]


async def test_whoever_writes_while_the_clock_is_wrong_is_answered_and_asked_on(
    house: House,
) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY + MINUTE)
    house.machine.ahead = 14 * DAY
    assert await house.tap(client, "7") != []
    house.machine.ahead = timedelta()
    await house.travel(by=HOUR)
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    assert await house.rows(
        "SELECT count(*) FROM answers WHERE given_at BETWEEN '2026-11-25' AND '2026-11-26'"
    ) == [(1,)]


async def test_a_link_opened_on_a_clock_that_is_ahead_is_still_good(house: House) -> None:
    weber = await house.therapist()
    token = await house.invite(weber, "A.B.")
    house.machine.ahead = 60 * DAY
    client = house.stranger("A.B.")
    client.start(token)
    await house.settle()
    assert client.labels != []


async def test_hard_words_are_answered_though_the_clock_is_wrong(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    house.machine.ahead = 14 * DAY
    mark = client.mark
    await house.say(client, "I want to kill myself")
    assert any("112" in text for text in texts(client.heard(mark)))


async def test_a_machine_that_slept_gives_no_alarm_and_goes_on(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - 8 * HOUR)
    with capture_logs() as lines:
        house.machine.slept = 8 * HOUR
        house.jump(by=8 * HOUR)
        await house.settle()
    assert len(asked(client)) == 1
    assert [line for line in lines if line["event"].startswith("clock")] == []


async def test_what_is_wrong_is_said_once_and_its_end(house: House) -> None:
    weber = await house.admin()
    mark = weber.mark
    with capture_logs() as lines:
        house.machine.ahead = 6 * HOUR
        await house.travel(by=HOUR)
        house.machine.ahead = timedelta()
        await house.travel(by=HOUR)
    said = [line["event"] for line in lines if line["event"].startswith("clock")]
    assert said == ["clock_off", "clock_right_again"]
    assert [line["minutes_ahead"] for line in lines if "minutes_ahead" in line] == [360]
    told, over = texts(weber.heard(mark))
    assert "is wrong" in told
    assert "right again" in over
    house.machine.ahead = 6 * HOUR
    await house.travel(by=MINUTE)
    house.machine.ahead = timedelta()
    await house.travel(by=HOUR)
    assert await house.rows("SELECT count(*) FROM alarms") == [(1,)], "of a moment the log tells"
    # a second time on the same day it is noted, though nobody is told anew so soon
    house.machine.ahead = 6 * HOUR
    await house.travel(by=HOUR)
    rows = await house.rows("SELECT kind, ended_at IS NULL FROM alarms ORDER BY id")
    assert rows == [("clock_off", 0), ("clock_off", 1)]


async def test_an_alarm_that_was_left_open_ends_with_the_next_start(house: House) -> None:
    await house.therapist()
    house.machine.ahead = 6 * HOUR
    await house.travel(by=3 * MINUTE)
    assert await house.rows("SELECT kind FROM alarms WHERE ended_at IS NULL") == [("clock_off",)]
    async with begun_anew(house, ahead=timedelta()):
        await house.settle()
        assert await house.rows("SELECT count(*) FROM alarms WHERE ended_at IS NULL") == [(0,)]


async def test_a_clock_set_while_telegram_is_away_is_not_gone_by(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - 6 * HOUR)
    house.sandbox.faults.add(Fault("getUpdates", 0, count=None))
    house.machine.ahead = 6 * HOUR + MINUTE
    await house.travel(by=HOUR)
    assert await house.rows("SELECT DISTINCT state FROM occurrences") == [("planned",)]
    house.sandbox.faults.clear()
    house.machine.ahead = timedelta()
    await house.travel(to=WEDNESDAY + MINUTE)
    assert len(asked(client)) == 1


async def test_nothing_is_removed_by_its_age_on_a_wrong_clock(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/help")
    house.machine.ahead = 60 * DAY
    assert await house.app.keeper.tick() == 0
    house.machine.ahead = timedelta()
    await house.travel(by=4 * DAY)
    assert await house.app.keeper.tick() > 0


async def test_an_outage_that_was_none_is_not_told(house: House) -> None:
    """The bot was up all the time, only its clock was wrong: nobody's words got lost."""
    weber = await house.therapist()
    client = await house.client(weber)
    house.machine.ahead = timedelta(days=3)
    for _ in range(26 * 15):
        house.jump(by=4 * MINUTE)
        await house.app.ticker.tick()
    house.machine.ahead = timedelta()
    mark, told = client.mark, weber.mark
    await house.travel(by=2 * HOUR)
    assert [text for text in texts(client.heard(mark)) if "could not be reached" in text] == []
    assert [text for text in texts(weber.heard(told)) if "could not be reached" in text] == []


async def test_what_comes_due_on_a_wrong_clock_comes_once_it_is_right(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - HOUR)
    house.machine.ahead = 6 * HOUR
    await house.travel(to=WEDNESDAY + HOUR)
    assert asked(client) == []
    house.machine.ahead = timedelta()
    await house.travel(by=MINUTE)
    assert len(asked(client)) == 1


async def test_where_nobody_says_the_time_it_is_waited_a_little(house: House) -> None:
    """A proxy takes the date away: what sets the clock at the start has two minutes."""
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - MINUTE)
    house.sandbox.faults.says_date = False
    async with begun_anew(house, ahead=DAY):
        await house.settle()
        assert await house.rows("SELECT DISTINCT state FROM occurrences") == [("planned",)]
        house.machine.ahead = timedelta()
        await house.travel(by=MINUTE + 59 * SECOND)
        assert asked(client) == []
        await house.travel(by=2 * MINUTE)
        assert len(asked(client)) == 1


async def test_a_message_that_is_newer_than_the_clock_says_more_than_a_server_in_between(
    house: House,
) -> None:
    """A Bot API server of one's own may stand on the machine whose clock is wrong."""
    client = await house.client(await house.therapist())
    house.sandbox.faults.says_date = False
    async with begun_anew(house, ahead=-DAY):
        client.say("/help")
        with capture_logs() as lines:
            await house.settle()
        assert [line["minutes_ahead"] for line in lines if "minutes_ahead" in line] == [-1440]


@pytest.mark.parametrize("ahead", [14 * DAY, -14 * DAY])
async def test_hard_words_go_to_the_next_in_line_in_due_time_though_the_clock_is_wrong(
    open_practice: Callable[..., Awaitable[House]], ahead: timedelta
) -> None:
    house = await open_practice(then=[FIRST], escalate_minutes=30)
    people = await people_in(house, colleagues=1)
    await house.say(people.client, HARD["en"])
    deputy = people.colleagues[0]
    mark = deputy.mark
    house.machine.ahead = ahead
    await house.travel(by=29 * MINUTE)
    assert await heard_by(house, deputy, mark) == []
    await house.travel(by=2 * MINUTE)
    assert len(await heard_by(house, deputy, mark)) == 1


async def test_what_is_written_after_a_digest_that_was_made_ahead_stands_in_the_next(
    house: House,
) -> None:
    """Where nobody says the time, a wrong clock is believed at last; nothing gets lost by it."""
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    house.sandbox.faults.says_date = False
    async with begun_anew(house, ahead=8 * DAY):
        await house.travel(by=40 * MINUTE)
        assert await house.rows("SELECT count(*) FROM digests") == [(1,)]
        house.machine.ahead = timedelta()
        house.sandbox.faults.says_date = True
        await house.travel(by=HOUR)
        await house.say(client, "The long walk by the river.")
        mark = weber.mark
        await house.travel(to=SUNDAY + 7 * DAY + MINUTE)
        assert any("long walk by the river" in text for text in texts(weber.heard(mark)))
        periods = await house.rows("SELECT from_at, cut_off_at FROM digests ORDER BY id")
        assert [one[1] for one in periods[:-1]] == [one[0] for one in periods[1:]]
