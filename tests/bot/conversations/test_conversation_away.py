"""The bot was away: nobody pays for it, and those concerned learn what it cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Fault, Person
from tests.support.house import House, texts

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the week's questions."""
SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = "How has your week been so far?"
SORRY = "This bot could not be reached from"


def _asked(person: Person, mark: int = 0) -> int:
    return sum(WEEK in e.text for e in person.heard(mark) if e.kind == "sent")


async def _asked_on_wednesday(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=WEDNESDAY + HOUR)
    assert _asked(client) == 1
    return weber, client


async def test_asked_before_an_outage_and_answered_after_it(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    mark = client.mark
    house.jump(by=3 * DAY - HOUR)  # Saturday, 18:00
    await house.travel(by=timedelta(seconds=7))
    assert _asked(client, mark) == 1, "the reminder that had come due"
    await house.travel(by=5 * HOUR)
    await house.tap(client, "7")
    await house.tap(client, "Skip")
    await house.travel(to=SUNDAY + HOUR)
    (digest,) = [text for text in texts(weber.heard()) if text.startswith(("The bot", "Your week"))]
    assert digest.splitlines()[0] == (
        "The bot was off from Wed 25 Nov, 19:00 to Sat 28 Nov, 18:00; nobody was asked."
    )
    assert "In the middle of a check-in: M.K." in digest


async def test_only_time_in_which_the_bot_was_up_counts(house: House) -> None:
    await _asked_on_wednesday(house)
    house.jump(by=3 * DAY)
    await house.travel(by=46 * HOUR)
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    await house.travel(by=2 * HOUR)
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]


async def test_no_touch_with_telegram_is_an_outage_too(house: House) -> None:
    _, client = await _asked_on_wednesday(house)
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    await house.settle()
    for _ in range(5):
        house.jump(by=12 * HOUR)
        await house.settle()
    house.sandbox.faults.clear()
    await house.settle()
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    assert await house.rows("SELECT count(*) FROM uptimes") == [(2,)]
    await house.travel(by=2 * HOUR)  # Saturday, 09:00 in Berlin
    assert SORRY in str(texts(client.heard()))


async def test_a_question_that_came_late_stays_for_some_hours(house: House) -> None:
    """The outage ended an hour before the check-in was to lapse."""
    _, client = await _asked_on_wednesday(house)
    await house.travel(to=WEDNESDAY + 46 * HOUR)
    mark = client.mark
    await house.say(client, "/checkin")
    assert _asked(client, mark) == 1
    await house.travel(by=5 * HOUR)
    assert await house.tap(client, "7")
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]


@pytest.mark.parametrize("answers", [0, 1])
async def test_a_toast_says_only_what_is_true(house: House, answers: int) -> None:
    _, client = await _asked_on_wednesday(house)
    asked = client.newest
    if answers:
        await house.tap(client, "7")
    await house.travel(by=5 * DAY)
    mark = client.mark
    client.tap_data(asked, "a:1:0:0")
    await house.settle()
    told = [e.text for e in client.heard(mark) if e.kind == "toast"]
    kept = " What you answered is kept." if answers else ""
    assert told == [f"These questions are closed.{kept}"]


async def test_after_three_weeks_the_week_is_not_called_calm(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    await house.tap(client, "7")
    mark = weber.mark
    house.jump(by=21 * DAY)
    await house.travel(by=5 * DAY)
    digests = [t for t in texts(weber.heard(mark)) if "Your week" in t]
    off = "The bot was off from Wed 25 Nov, 19:00 to Wed 16 Dec, 19:00; nobody was asked."
    assert digests[0].splitlines()[0] == off
    assert "nothing to tell" not in digests[0]
    sorry = [[t for t in texts(person.heard()) if SORRY in t] for person in (weber, client)]
    assert [len(told) for told in sorry] == [1, 1]
    for (told,) in sorry:
        assert "before Tue 15 Dec, 19:00" in told


async def test_who_was_not_asked_is_said_to_be_so(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=WEDNESDAY - HOUR)
    house.jump(by=3 * DAY)
    await house.travel(to=SUNDAY + HOUR)
    digest = weber.last
    assert "Not asked, or could not answer, because the bot was off: M.K." in digest
    assert _asked(client) == 0


async def test_nothing_is_said_to_be_lost_where_nothing_was(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    house.jump(by=20 * HOUR)
    await house.travel(by=DAY)
    assert SORRY not in str(texts([*weber.heard(), *client.heard()]))


async def test_nobody_is_told_at_night_nor_somebody_who_came_later(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    house.jump(by=3 * DAY + 8 * HOUR)  # Sunday, 03:00 in Berlin
    await house.settle()
    later = await house.client(weber, "B.L.")
    assert SORRY not in str(texts([*weber.heard(), *client.heard()]))
    await house.travel(by=6 * HOUR)
    assert SORRY in str(texts(weber.heard()))
    assert SORRY in str(texts(client.heard()))
    assert SORRY not in str(texts(later.heard()))
