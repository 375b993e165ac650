"""Local dates by which rules of the clock plan, and the one moment on each of them.

Used by the triggers. The same rule and dates give the same moments, in pieces or at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.schedule.local_time import at_local
from flows.schedule.quiet import QuietHours, next_allowed

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
DAY_SLOT = "day"
"""The same for every rule with one time a date, so that an edited rule never plans a second one."""


@dataclass(frozen=True, slots=True)
class Almanac:
    """The facts by which a clock rule plans: dates, a clock, quiet hours, and where it began."""

    first: date
    last: date
    zone: ZoneInfo
    quiet: QuietHours | None
    enrolled_on: date
    seed: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at which a check-in is wanted on a date, and to which quiet hours move it."""

    day: date
    slot: str
    wanted_at: datetime
    due_at: datetime


def dates(almanac: Almanac, weekdays: tuple[int, ...] = EVERY_DAY) -> Iterator[date]:
    """The dates of the almanac that fall on these weekdays."""
    for day in range(almanac.first.toordinal(), almanac.last.toordinal() + 1):
        if (day + 6) % 7 in weekdays:  # ordinal 1 is a Monday
            yield date.fromordinal(day)


def every_so_many(almanac: Almanac, days: int) -> Iterator[date]:
    """Every so many days after the enrolment, the first of them that many days later."""
    start = almanac.enrolled_on
    past = max(1, -(-(almanac.first - start).days // days))
    day = start + past * timedelta(days=days)
    while day <= almanac.last:
        yield day
        day += timedelta(days=days)


def once_a_date(days: Iterable[date], wall: time, almanac: Almanac) -> Iterator[Moment]:
    """One moment a date. Where a zone skips a date, or a clock change all time between quiet hours,
    two of them would fall together: then the later date has it.
    """
    kept: Moment | None = None
    for day in days:
        moment = Moment(day, DAY_SLOT, *_due(day, wall, almanac.zone, almanac.quiet))
        if kept is not None and kept.due_at != moment.due_at:
            yield kept
        kept = moment
    if kept is not None:
        yield kept


@lru_cache(maxsize=8192)
def _due(
    day: date, wall: time, zone: ZoneInfo, quiet: QuietHours | None
) -> tuple[datetime, datetime]:
    wanted_at = at_local(day, wall, zone)
    return wanted_at, next_allowed(wanted_at, zone, quiet)
