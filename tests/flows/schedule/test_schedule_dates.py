"""The dates of rules and of regular therapy sessions: their first, their last, a clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from flows.schedule.dates import Almanac, dates, every_so_many
from flows.schedule.regular import RegularTime, first_after
from flows.schedule.zones import zone

BERLIN = zone("Europe/Berlin")
MONDAY = date(2026, 6, 1)
TUESDAY_AT_FIVE = RegularTime(date(2026, 6, 2), time(17), 1, 50)
FORTNIGHTLY = RegularTime(date(2026, 6, 2), time(17), 2, 50)


def days(*numbers: int) -> list[date]:
    """Days of June."""
    return [date(2026, 6, number) for number in numbers]


def almanac(first: int, last: int, enrolled: int = 1) -> Almanac:
    return Almanac(*days(first, last), BERLIN, None, *days(enrolled), seed=7)


def test_both_ends_of_an_almanac_belong_to_it() -> None:
    assert list(dates(almanac(1, 3))) == days(1, 2, 3)
    assert list(dates(almanac(1, 14), (0, 6))) == days(1, 7, 8, 14)
    assert list(dates(almanac(2, 6), (0,))) == []


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (1, 10, (4, 7, 10)),  # not on the day of enrolment itself
        (4, 7, (4, 7)),
        (5, 9, (7,)),
        (8, 9, ()),
    ],
)
def test_every_third_day_is_counted_from_the_enrolment(
    first: int, last: int, found: tuple[int, ...]
) -> None:
    assert list(every_so_many(almanac(first, last), 3)) == days(*found)


@pytest.mark.parametrize(
    ("rule", "first", "last", "found"),
    [
        (TUESDAY_AT_FIVE, 1, 16, (2, 9, 16)),
        (TUESDAY_AT_FIVE, 3, 15, (9,)),
        (FORTNIGHTLY, 1, 30, (2, 16, 30)),
        (FORTNIGHTLY, 3, 16, (16,)),
        (FORTNIGHTLY, 9, 15, ()),
    ],
)
def test_a_regular_time_begins_on_its_first_day_and_keeps_its_rhythm(
    rule: RegularTime, first: int, last: int, found: tuple[int, ...]
) -> None:
    assert list(rule.dates(*days(first, last))) == days(*found)


def test_nothing_falls_on_a_day_before_the_first_or_between() -> None:
    due = [day for day in days(*range(1, 31)) if FORTNIGHTLY.falls_on(day)]
    assert due == days(2, 16, 30)
    assert not FORTNIGHTLY.falls_on(date(2026, 5, 19))


def test_the_length_of_a_session_is_time_that_passes_also_while_the_clock_changes() -> None:
    held = RegularTime(date(2026, 10, 25), time(1, 30), 1, 120).held_on(date(2026, 10, 25), BERLIN)
    assert held.starts_at == datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    assert held.ends_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_next_dates_are_those_that_begin_later_than_now() -> None:
    at_five = datetime(2026, 6, 9, 15, tzinfo=UTC)  # 17:00 in Berlin
    before = at_five - timedelta(seconds=1)
    assert TUESDAY_AT_FIVE.next_dates(before, BERLIN, 2) == tuple(days(9, 16))
    assert TUESDAY_AT_FIVE.next_dates(at_five, BERLIN, 2) == tuple(days(16, 23))
    assert FORTNIGHTLY.next_dates(at_five, BERLIN, 2) == tuple(days(16, 30))
    long_before = at_five - timedelta(days=90)
    assert TUESDAY_AT_FIVE.next_dates(long_before, BERLIN, 3) == tuple(days(2, 9, 16))
    late_at_night = datetime(2026, 6, 8, 22, 30, tzinfo=UTC)  # Tuesday in Berlin
    assert TUESDAY_AT_FIVE.next_dates(late_at_night, BERLIN, 1) == tuple(days(9))


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (datetime(2026, 6, 1, 14, 59, tzinfo=UTC), 2),
        (datetime(2026, 6, 2, 14, 59, tzinfo=UTC), 2),
        (datetime(2026, 6, 2, 15, tzinfo=UTC), 9),  # it is 17:00 now: that is no more to come
        (datetime(2026, 6, 2, 21, 59, tzinfo=UTC), 9),
        (datetime(2026, 6, 7, 12, tzinfo=UTC), 9),
    ],
)
def test_the_first_tuesday_at_five_that_is_still_to_come(at: datetime, found: int) -> None:
    assert first_after(at, 1, time(17), BERLIN) == date(2026, 6, found)


@pytest.mark.parametrize(("weeks", "minutes"), [(0, 50), (3, 50), (1, 4), (1, 481)])
def test_what_nobody_could_keep_is_no_regular_time(weeks: int, minutes: int) -> None:
    with pytest.raises(ValueError, match="weekly or fortnightly"):
        RegularTime(MONDAY, time(17), weeks, minutes)


@pytest.mark.parametrize(("weeks", "minutes"), [(1, 5), (2, 480)])
def test_the_shortest_and_the_longest_are_regular_times(weeks: int, minutes: int) -> None:
    assert RegularTime(MONDAY, time(17), weeks, minutes).falls_on(MONDAY)
