"""``daily``: every day at a wall time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Self

from flows.authoring.keys import Written
from flows.schedule.dates import EVERY_DAY, Almanac, Moment, dates, once_a_date
from flows.schedule.plain_words import wall_in_words
from flows.schedule.trigger import ByTheClock, OwnTimes, Told, Window, at_wall_on
from flows.triggers.keys import AT


@dataclass(frozen=True, slots=True)
class Daily(ByTheClock):
    """Every day at a wall time."""

    at_wall: time

    name = "daily"
    keys = (AT,)
    comes = "every day"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(AT.given(written))

    def in_words(self) -> str:
        return f"every day at {wall_in_words(self.at_wall)}"

    def walls(self) -> Mapping[str, time]:
        return {"at": self.at_wall}

    def told(self) -> Told:
        return {"at_wall": self.at_wall}

    def moments(self, almanac: Almanac) -> Iterator[Moment]:
        return once_a_date(dates(almanac), self.at_wall, almanac)

    def own_times(self) -> OwnTimes:
        return OwnTimes(self.at_wall)

    def at_own_times(self, own: OwnTimes) -> Daily:
        return Daily(own.at_wall)

    def per_week(self) -> float:
        return 7.0

    def week(self) -> tuple[Window, ...]:
        return at_wall_on(EVERY_DAY, self.at_wall)
