"""What was put off follows a client to another clock, or stays an hour."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.schedule.local_time import wall_at
from flows.schedule.put_off import by_another_clock, stays_until, ways_to_snooze
from flows.schedule.quiet import QuietHours

BERLIN, LISBON, TOKYO = map(ZoneInfo, ("Europe/Berlin", "Europe/Lisbon", "Asia/Tokyo"))
QUIET = QuietHours(time(21), time(8))
ASKED = datetime(2026, 11, 25, 9, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize("zone", [LISBON, TOKYO])
@given(minutes=st.integers(0, 9 * 60))
def test_a_wall_time_stays_and_an_hour_stays_an_hour(zone: ZoneInfo, minutes: int) -> None:
    now = ASKED + timedelta(minutes=minutes)
    lapses = ASKED + timedelta(days=2)
    ways = ways_to_snooze(now, asked_at=ASKED, lapses_at=lapses, zone=BERLIN, quiet=QUIET)
    for name, until in ways.items():
        moved = by_another_clock(until, asked_at=ASKED, was=BERLIN, zone=zone, quiet=QUIET)
        if name == "hour":
            assert moved == until
        else:
            assert wall_at(moved, zone) == wall_at(until, BERLIN)


def test_what_was_asked_in_a_quiet_hour_comes_at_their_end_by_the_other_clock_too() -> None:
    asked_at = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
    until = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)  # 08:00 in Berlin, when quiet hours end
    moved = by_another_clock(until, asked_at=asked_at, was=BERLIN, zone=LISBON, quiet=QUIET)
    assert moved == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "asked_at", "quiet", "found"),
    [
        # to the minute at which it was asked; this evening is 19:00 in Berlin
        ("25T10:00", "25T09:30:20", QUIET, ["25T11:00", "25T18:00", "26T09:30"]),
        # an hour before the evening it is offered still, later no more
        ("25T17:00", "25T09:30", QUIET, ["25T18:00", "25T18:00", "26T09:30"]),
        ("25T17:01", "25T09:30", QUIET, ["25T18:01", "26T09:30"]),
        # quiet hours begin within the hour
        ("25T19:00", "25T09:30", QUIET, ["26T09:30"]),
        ("25T18:59", "25T09:30", QUIET, ["25T19:59", "26T09:30"]),
        # asked within quiet hours: tomorrow is when they end, unless there are none
        ("25T22:30", "25T22:00", QUIET, ["26T07:00"]),
        ("25T22:30", "25T22:00", None, ["25T23:30", "26T22:00"]),
    ],
)
def test_what_may_be_chosen_lies_an_hour_ahead_and_outside_of_quiet_hours(
    now: str, asked_at: str, quiet: QuietHours | None, found: list[str]
) -> None:
    ways = ways_to_snooze(
        at(f"2026-11-{now}"),
        asked_at=at(f"2026-11-{asked_at}"),
        lapses_at=at("2026-11-28T00:00"),
        zone=BERLIN,
        quiet=quiet,
    )
    assert sorted(ways.values()) == [at(f"2026-11-{each}") for each in found]


def test_nothing_is_put_off_past_the_moment_at_which_it_lapses() -> None:
    now, lapses = at("2026-11-25T10:00"), at("2026-11-25T18:00")
    ways = ways_to_snooze(now, asked_at=ASKED, lapses_at=lapses, zone=BERLIN, quiet=QUIET)
    assert list(ways) == ["hour", "evening"]
    earlier = lapses - timedelta(seconds=1)
    ways = ways_to_snooze(now, asked_at=ASKED, lapses_at=earlier, zone=BERLIN, quiet=QUIET)
    assert list(ways) == ["hour"]


def test_what_comes_up_again_stays_for_six_hours_at_least() -> None:
    up_again = at("2026-11-25T18:00")
    after = {hours: up_again + timedelta(hours=hours) for hours in (1, 6, 7)}
    ends = [stays_until(up_again, lapses) for lapses in after.values()]
    assert ends == [after[6], after[6], after[7]]
