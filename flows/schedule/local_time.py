"""Wall clocks and instants: the only place with zone arithmetic.

Used by the schedules and by whoever shows a local time. A wall time that does not exist is moved
forward by the length of the gap (02:30 becomes 03:30); one that exists twice means the first time
(RFC 5545, 3.3.5). Everything that is compared or stored is UTC: by PEP 495 a local time inside an
overlap never equals the same instant in another zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def at_local(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which clocks in ``zone`` show ``wall`` on ``day``."""
    return _moment(day, wall, zone, fold=0)


def wall_at(at: datetime, zone: ZoneInfo) -> datetime:
    """Return what calendar and clock in ``zone`` show at an instant, as naive local time."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def next_wall(at: datetime, wall: time, zone: ZoneInfo) -> datetime:
    """The first instant after ``at``, in UTC, at which clocks in ``zone`` show ``wall``."""
    day = wall_at(at, zone).date() - timedelta(days=1)
    while True:
        for fold in (0, 1):
            moment = _moment(day, wall, zone, fold=fold)
            if moment > at:
                return moment
        day += timedelta(days=1)


def _moment(day: date, wall: time, zone: ZoneInfo, *, fold: int) -> datetime:
    # In a gap, fold 0 reads the wall time with the offset before it, which moves it forward.
    return datetime.combine(day, wall, zone).replace(fold=fold).astimezone(UTC)
