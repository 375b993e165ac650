"""What was put off follows a client to another clock, or stays an hour."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.schedule.local_time import wall_at
from flows.schedule.put_off import by_another_clock, ways_to_snooze
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
