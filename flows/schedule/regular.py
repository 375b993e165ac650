"""A regular time: the weekday and the wall time at which the therapy sessions of a care repeat.

Used by planning and by whoever shows one. A wall time means the clock on the therapist's wall, also
on the days on which that clock changes. It knows nothing of sessions that were moved or called off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from flows.schedule.happenings import SessionHeld
from flows.schedule.local_time import at_local

RHYTHMS = (1, 2)
"""Every week, or every two weeks."""
SHORTEST, LONGEST = 5, 480
"""Minutes of a therapy session."""


@dataclass(frozen=True, slots=True)
class RegularTime:
    """So many minutes from ``at_wall`` on, on ``first_on`` and every so many weeks after that day.

    ValueError: it is none that can be kept.
    """

    first_on: date
    at_wall: time
    weeks: int
    minutes: int

    def __post_init__(self) -> None:
        if self.weeks not in RHYTHMS or not SHORTEST <= self.minutes <= LONGEST:
            raise ValueError("a regular time is weekly or fortnightly, of 5 to 480 minutes")

    def dates(self, first: date, last: date) -> Iterator[date]:
        """Its dates from ``first`` to ``last``, both included; none before its own first."""
        step = timedelta(weeks=self.weeks)
        past = max(0, -(-(first - self.first_on).days // step.days))
        day = self.first_on + past * step
        while day <= last:
            yield day
            day += step

    def falls_on(self, day: date) -> bool:
        """True where a therapy session is due on this date."""
        return any(self.dates(day, day))

    def held_on(self, day: date, zone: ZoneInfo) -> SessionHeld:
        """The therapy session of that date, by the clock of ``zone``; its length is time that
        passes, so a clock that changes during it does not change it.
        """
        starts_at = at_local(day, self.at_wall, zone)
        return SessionHeld(starts_at, starts_at + timedelta(minutes=self.minutes))

    def next_dates(self, after: datetime, zone: ZoneInfo, count: int) -> tuple[date, ...]:
        """The first so many dates on which it begins later than ``after``."""
        day = max(self.first_on, after.astimezone(zone).date())
        ahead = self.dates(day, day + timedelta(weeks=self.weeks * (count + 1)))
        late = (each for each in ahead if self.held_on(each, zone).starts_at > after)
        return tuple(islice(late, count))


def first_after(after: datetime, weekday: int, at_wall: time, zone: ZoneInfo) -> date:
    """The first date of this weekday (0 is Monday) on which that wall time is still to come."""
    day = after.astimezone(zone).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    return day if at_local(day, at_wall, zone) > after else day + timedelta(days=7)
