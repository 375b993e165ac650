"""``every``: every so many days from the enrolment on, at a wall time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Self

from flows.authoring.keys import Key, Written
from flows.authoring.span_checks import count_up_to
from flows.schedule.dates import EVERY_DAY, Almanac, Moment, every_so_many, once_a_date
from flows.schedule.plain_words import wall_in_words
from flows.schedule.trigger import ByTheClock, OwnTimes, Told, Window, at_wall_on
from flows.triggers.keys import AT

FARTHEST_DAYS = 90

EVERY: Key[int] = Key(
    name="every",
    sort=int,
    read=int,
    says="Every so many days, counted from enrolment.",
    what="every how many days",
    sample="3",
    form={"type": "integer"},
    check=count_up_to(FARTHEST_DAYS),
)


@dataclass(frozen=True, slots=True)
class Every(ByTheClock):
    """Every so many days, counted from the enrolment's local date, at a wall time."""

    days: int
    at_wall: time

    name = "every"
    keys = (EVERY, AT)
    comes = "every so many days from the enrolment on"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(EVERY.given(written), AT.given(written))

    def in_words(self) -> str:
        return f"every {self.days} days from enrolment on, at {wall_in_words(self.at_wall)}"

    def walls(self) -> Mapping[str, time]:
        return {"at": self.at_wall}

    def told(self) -> Told:
        return {"count": self.days, "at_wall": self.at_wall}

    def moments(self, almanac: Almanac) -> Iterator[Moment]:
        return once_a_date(every_so_many(almanac, self.days), self.at_wall, almanac)

    def own_times(self) -> OwnTimes:
        return OwnTimes(self.at_wall)

    def at_own_times(self, own: OwnTimes) -> Every:
        return Every(self.days, own.at_wall)

    def per_week(self) -> float:
        return 7 / self.days

    def week(self) -> tuple[Window, ...]:
        return at_wall_on(EVERY_DAY, self.at_wall)
