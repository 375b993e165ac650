"""A therapist chooses the day and the hour of their digest; the periods stay without a gap."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import House

SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin."""
STALE = "This button is no longer current."


async def choose(house: House, weber: Person, day: str, hour: str) -> str:
    """Tap through both questions; what was said in the end."""
    await house.say(weber, "/digest")
    await house.tap(weber, "Day and hour")
    await house.tap(weber, day)
    await house.tap(weber, hour)
    return weber.last


async def weeks(house: House) -> list[tuple[str, str, str]]:
    """Each digest: its week, its beginning and its cut-off."""
    rows = await house.rows("SELECT week, from_at, cut_off_at FROM digests ORDER BY id")
    return [(week, str(since), str(until)) for week, since, until in rows]


async def test_it_comes_then_from_the_next_one_on(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(weber, "/digest")
    assert weber.labels[-1] == ["Day and hour"]
    await house.tap(weber, "Day and hour")
    assert weber.last == "Your digest comes on Sunday at 18:00. On which day would you like it?"
    await house.tap(weber, "Thu")
    assert weber.last == "On Thursday, at what time?"
    await house.tap(weber, "07:00")
    assert weber.last == (
        "From now on your digest comes on Thursday at 07:00, the next one on Thursday 26 November."
    )
    assert "Thursday, 26 November, 07:00" in "".join(await house.say(client, "/preview"))
    await house.travel(to=SUNDAY + timedelta(days=8))
    assert [week for week, _, _ in await weeks(house)] == ["2026-W48", "2026-W49"]
    assert await house.rows("SELECT action FROM audit WHERE action = 'digest.hour'") == [
        ("digest.hour",)
    ]


async def test_a_later_day_makes_no_digest_of_a_day_gone_by(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await house.travel(to=SUNDAY - timedelta(hours=6))
    said = await choose(house, weber, "Mon", "08:00")
    assert said.endswith("the next one on Monday 30 November.")
    await house.travel(by=timedelta(hours=12))
    assert await weeks(house) == []
    await house.travel(by=timedelta(days=8))
    assert [week for week, _, _ in await weeks(house)] == ["2026-W49", "2026-W50"]


@pytest.mark.parametrize(("day", "then"), [("Monday", "30 November"), ("Saturday", "5 December")])
async def test_a_week_that_has_a_digest_gets_no_second_one(
    house: House, day: str, then: str
) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await choose(house, weber, "Tue", "08:00")
    await house.travel(to=SUNDAY - timedelta(days=4))
    said = await choose(house, weber, day[:3], "08:00")
    assert said.endswith(f"the next one on {day} {then}.")
    await house.travel(to=SUNDAY + timedelta(days=14))
    found = await weeks(house)
    assert all(before[2] == after[1] for before, after in itertools.pairwise(found))
    assert len({week for week, _, _ in found}) == len(found) >= 3


async def test_forged_days_and_hours_are_stale(house: House) -> None:
    weber = await house.therapist()
    for data in ("zt:7", "zu:7:60", "zu:1:1440"):
        assert await house.forge(weber, data) == [STALE]
    assert await house.rows("SELECT digest_weekday FROM people WHERE role = 'therapist'") == [
        (None,)
    ]


async def test_it_is_said_in_german(house: House) -> None:
    weber = await house.therapist(language="de")
    await house.client(weber, "A.B.", language="de")
    await house.say(weber, "/digest")
    await house.tap(weber, "Tag und Uhrzeit")
    await house.tap(weber, "Fr.")
    await house.tap(weber, "16:00")
    assert weber.last == (
        "Ab jetzt kommt Ihre Übersicht am Freitag um 16:00 Uhr, die nächste am Freitag, "
        "27. November."
    )
