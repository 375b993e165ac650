"""The end of quiet hours, over midnight and over clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from flows.schedule.quiet import QuietHours, next_allowed
from flows.schedule.zones import zone

NIGHT = ("22:00", "08:00")
CASES = [
    # zone, quiet hours, instant, next allowed instant
    ("Europe/Berlin", NIGHT, "2026-06-01T10:00", "2026-06-01T10:00"),
    ("Europe/Berlin", NIGHT, "2026-06-01T19:59", "2026-06-01T19:59"),
    ("Europe/Berlin", NIGHT, "2026-06-01T20:00", "2026-06-02T06:00"),
    ("Europe/Berlin", NIGHT, "2026-06-01T23:00", "2026-06-02T06:00"),
    ("Europe/Berlin", NIGHT, "2026-06-02T06:00", "2026-06-02T06:00"),
    ("Europe/Berlin", ("13:00", "15:00"), "2026-06-01T10:59", "2026-06-01T10:59"),
    ("Europe/Berlin", ("13:00", "15:00"), "2026-06-01T11:00", "2026-06-01T13:00"),
    ("Europe/Berlin", ("13:00", "15:00"), "2026-06-01T13:00", "2026-06-01T13:00"),
    ("Europe/Berlin", ("10:00", "10:00"), "2026-06-01T08:00", "2026-06-01T08:00"),
    # the night is an hour shorter, an hour longer
    ("Europe/Berlin", NIGHT, "2026-03-28T21:30", "2026-03-29T06:00"),
    ("Europe/Berlin", NIGHT, "2026-10-24T20:30", "2026-10-25T07:00"),
    # they end at a time that does not exist, that exists twice, and hold again after the first
    ("Europe/Berlin", ("22:00", "02:30"), "2026-03-29T00:00", "2026-03-29T01:30"),
    ("Europe/Berlin", ("22:00", "02:30"), "2026-10-24T23:00", "2026-10-25T00:30"),
    ("Europe/Berlin", ("22:00", "02:30"), "2026-10-25T01:10", "2026-10-25T01:30"),
    # the only time between quiet hours is swallowed by the clock change
    ("Europe/Berlin", ("03:00", "02:30"), "2026-03-29T00:00", "2026-03-30T00:30"),
    ("America/New_York", NIGHT, "2026-11-01T05:30", "2026-11-01T13:00"),
    ("Australia/Lord_Howe", NIGHT, "2026-10-03T14:00", "2026-10-03T21:00"),
    ("Australia/Lord_Howe", ("22:00", "02:15"), "2026-10-03T14:00", "2026-10-03T15:45"),
    ("Africa/Casablanca", NIGHT, "2026-02-15T01:30", "2026-02-15T08:00"),
    ("America/Santiago", ("22:00", "00:30"), "2026-09-06T03:00", "2026-09-06T04:30"),
    ("Africa/Cairo", NIGHT, "2026-10-29T20:30", "2026-10-30T06:00"),
    ("Pacific/Apia", NIGHT, "2011-12-30T09:00", "2011-12-30T18:00"),  # over a date left out
]


@pytest.mark.parametrize(("name", "hours", "at", "allowed"), CASES)
def test_next_allowed(name: str, hours: tuple[str, str], at: str, allowed: str) -> None:
    quiet = QuietHours(time.fromisoformat(hours[0]), time.fromisoformat(hours[1]))
    found = next_allowed(datetime.fromisoformat(at).replace(tzinfo=UTC), zone(name), quiet)
    assert found == datetime.fromisoformat(allowed).replace(tzinfo=UTC)


def test_without_quiet_hours_every_moment_is_allowed() -> None:
    at = datetime(2026, 6, 1, 3, tzinfo=UTC)
    assert next_allowed(at, zone("Europe/Berlin"), None) == at
