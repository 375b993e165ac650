"""Which backups are kept, by the calendar of the practice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.backups import kept

BERLIN = ZoneInfo("Europe/Berlin")
NEWEST = datetime(2026, 11, 28, 2, 30, tzinfo=UTC)


def test_days_weeks_and_months_that_have_one_are_kept() -> None:
    made = [NEWEST - timedelta(days=day) for day in range(400)]
    keep = sorted(kept(made, zone=BERLIN, daily=7, weekly=4, monthly=6), reverse=True)
    days = [(NEWEST - at).days for at in keep]
    # seven days; Sundays before; the last day of each month
    assert days == [0, 1, 2, 3, 4, 5, 6, 13, 20, 28, 59, 89, 120, 151]


def test_the_days_are_those_of_the_practice() -> None:
    before = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # the 24th in Berlin, at 23:30
    after = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the 25th
    found = kept([before, after, NEWEST], zone=BERLIN, daily=3, weekly=0, monthly=0)
    assert found == {before, after, NEWEST}
    assert kept([before, after, NEWEST], zone=UTC, daily=3, weekly=0, monthly=0) == {after, NEWEST}


def test_nothing_younger_than_a_day_goes() -> None:
    younger = NEWEST - timedelta(hours=1)
    assert kept([younger, NEWEST], zone=BERLIN, daily=1, weekly=0, monthly=0) == {younger, NEWEST}
    older = NEWEST - timedelta(days=1)
    assert kept([older, NEWEST], zone=BERLIN, daily=1, weekly=0, monthly=0) == {NEWEST}
