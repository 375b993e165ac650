"""Wall clocks over both clock changes, as exact instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from flows.schedule.local_time import at_local, next_wall, wall_at
from flows.schedule.zones import UnknownZoneError, zone

CHANGES = [
    # zone, local date, wall time, instant: a gap moves forward, an overlap means the first time
    ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59"),
    ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30"),
    ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00"),
    ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
    ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00"),
    ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
    ("America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
    ("Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30"),
    ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T02:30"),
    ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30"),
    ("America/Santiago", "2026-09-06", "00:30", "2026-09-06T04:30"),
    ("America/Santiago", "2026-04-04", "23:30", "2026-04-05T02:30"),
    ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:30"),
    ("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29T20:30"),
    ("Pacific/Apia", "2011-12-29", "10:00", "2011-12-29T20:00"),
    ("Pacific/Apia", "2011-12-30", "10:00", "2011-12-30T20:00"),  # there was no such date
    ("Pacific/Apia", "2011-12-31", "10:00", "2011-12-30T20:00"),
    ("Asia/Kathmandu", "2026-06-01", "19:00", "2026-06-01T13:15"),
]


@pytest.mark.parametrize(("name", "day", "wall", "instant"), CHANGES)
def test_at_local(name: str, day: str, wall: str, instant: str) -> None:
    found = at_local(date.fromisoformat(day), time.fromisoformat(wall), zone(name))
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "wall", "found"),
    [
        ("2026-10-24T20:00", "02:30", "2026-10-25T00:30"),
        ("2026-10-25T00:30", "02:30", "2026-10-25T01:30"),  # the second 02:30 of the night
        ("2026-10-25T01:30", "02:30", "2026-10-26T01:30"),
        ("2026-03-28T20:00", "02:30", "2026-03-29T01:30"),  # no such time: 03:30
        ("2026-06-01T10:00", "12:00", "2026-06-02T10:00"),  # strictly after
        ("2026-05-31T21:59", "00:00", "2026-05-31T22:00"),  # on the next date, a minute later
        ("2026-06-01T10:01", "12:00", "2026-06-02T10:00"),
    ],
)
def test_next_wall_in_berlin(at: str, wall: str, found: str) -> None:
    start = datetime.fromisoformat(at).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(found).replace(tzinfo=UTC)
    assert next_wall(start, time.fromisoformat(wall), zone("Europe/Berlin")) == expected


def test_wall_at_is_naive_and_the_same_on_both_sides_of_an_overlap() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    berlin = zone("Europe/Berlin")
    assert (
        wall_at(first, berlin)
        == wall_at(second, berlin)
        == datetime.fromisoformat("2026-10-25T02:30")
    )
    assert wall_at(first, berlin).fold == wall_at(second, berlin).fold == 0


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("europe/berlin", "Europe/Berlin"),
    ],
)
def test_an_unknown_zone_is_refused_with_near_names(name: str, near: str) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        zone(name)
    assert near in refused.value.near
    assert near in str(refused.value)


def test_three_near_names_are_enough() -> None:
    with pytest.raises(UnknownZoneError) as refused:
        zone("america/argentina")
    assert len(refused.value.near) == 3


@pytest.mark.parametrize(
    "name", ["", "../etc/passwd", "Europe", "/etc/localtime", "qqqqqqqq", "\x00"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZoneError, match="no time zone"):
        zone(name)
