"""``weekly``: on some weekdays at a wall time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Self

from flows.authoring.keys import Written
from flows.schedule.dates import Almanac, Moment, dates, once_a_date
from flows.schedule.plain_words import wall_in_words, weekdays_in_words
from flows.schedule.trigger import ByTheClock, OwnTimes, Told, Window, at_wall_on
from flows.triggers.keys import AT, DAYS


@dataclass(frozen=True, slots=True)
class Weekly(ByTheClock):
    """On these weekdays (0 is Monday) at a wall time of the enrolment's zone."""

    days: tuple[int, ...]
    at_wall: time

    name = "weekly"
    keys = (DAYS, AT)
    comes = "on some weekdays"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(DAYS.given(written), AT.given(written))

    def in_words(self) -> str:
        return f"every week on {weekdays_in_words(self.days)} at {wall_in_words(self.at_wall)}"

    def walls(self) -> Mapping[str, time]:
        return {"at": self.at_wall}

    def told(self) -> Told:
        return {"days": self.days, "at_wall": self.at_wall}

    def moments(self, almanac: Almanac) -> Iterator[Moment]:
        return once_a_date(dates(almanac, self.days), self.at_wall, almanac)

    def own_times(self) -> OwnTimes:
        return OwnTimes(self.at_wall, self.days)

    def at_own_times(self, own: OwnTimes) -> Weekly:
        return Weekly(own.days or self.days, own.at_wall)

    def per_week(self) -> float:
        return float(len(self.days))

    def week(self) -> tuple[Window, ...]:
        return at_wall_on(self.days, self.at_wall)
