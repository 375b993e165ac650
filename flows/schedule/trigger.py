"""The facts that every trigger knows of itself: its keys, its family, how it plans, how it is told.

Each trigger is one module of ``flows.triggers``; everything else asks a trigger through what stands
here, by its family and never by its name. A trigger never knows what was sent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, Literal, Self

from flows.authoring.keys import Key, Written
from flows.schedule.dates import Almanac, Moment
from flows.schedule.happenings import Awaited, FlagTurn, Happening
from flows.schedule.plain_words import length, wall_in_words
from flows.schedule.quiet import QuietHours

Family = Literal["clock", "event", "request"]
"""clock: it plans by itself. event: it waits for a happening. request: somebody has to ask."""
Weekdays = tuple[int, ...]
"""0 is Monday, in order."""
Told = Mapping[str, time | int | Weekdays]
"""The values of the sentences that tell a person by which rule a check-in comes."""
DAY_MINUTES = 24 * 60
Window = tuple[int, int]
"""Minutes of the week, from Monday on, between which a check-in comes."""


@dataclass(frozen=True, slots=True)
class OwnTimes:
    """The parts of a trigger that a client may change, as it stands."""

    at_wall: time
    days: Weekdays | None = None
    """None: the weekdays are not the client's to choose."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The time when a check-in is wanted, and what ends its window early."""

    at: datetime
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """A problem between keys of a trigger, by the key at which it is told."""

    key: str
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Trigger(ABC):
    """The start of the check-ins of a flow, with the values of its keys."""

    name: ClassVar[str]
    """As an author writes it, and the last part of the keys of its texts."""
    family: ClassVar[Family]
    keys: ClassVar[tuple[Key[Any], ...]]
    """The keys that belong to it, in the order in which a file has them."""
    comes: ClassVar[str]
    """The guide's words for when it comes."""
    awaits: ClassVar[Awaited | None] = None
    """The sort of happening that it waits for."""

    @classmethod
    @abstractmethod
    def build(cls, written: Written) -> Self:
        """The trigger of a table without errors."""

    @abstractmethod
    def in_words(self) -> str:
        """Say when a check-in comes, in plain English, as the rest of a sentence, for authors."""

    @classmethod
    def clash(cls, written: Written) -> Clash | None:
        """Say what its keys cannot mean together; each key is checked by itself as well."""
        return None

    def walls(self) -> Mapping[str, time]:
        """The times of day that it names, by the key at which each is written."""
        return {}

    def clash_with_quiet(self, quiet: QuietHours, window: timedelta) -> Clash | None:
        """Say what quiet hours make of its times: they come late (F101), or never (F102)."""
        for key, wall in self.walls().items():
            if quiet.hold(wall):
                return _late(key, wall, quiet, window)
        return None

    def told(self) -> Told:
        """The values of ``schedule.rule.<name>`` and, with own times, ``client.when_<name>``."""
        return {}

    def moments(self, almanac: Almanac) -> Iterator[Moment]:
        """Every moment of the almanac's dates, in order; for the clock only."""
        return iter(())

    def wanted(self, happening: Happening) -> Wanted | None:
        """Return when a check-in is wanted after (or before) a happening; None: it waits on."""
        return None

    def awaited(self, at: datetime) -> Happening | None:
        """The happening that it waits for, as if it fell on this moment; for events only."""
        return None

    def own_times(self) -> OwnTimes | None:
        """Return what a client may change of it; None: nothing."""
        return None

    def at_own_times(self, own: OwnTimes) -> Trigger:
        """The same at the client's own times."""
        return self

    def follows_flow(self) -> str | None:
        """The id of the flow without which it never comes, where there is one."""
        return None

    def flag_turn(self) -> FlagTurn | None:
        """The turn of a flag that it follows; None: it follows no flag."""
        return None

    def moves_with_sessions(self) -> bool:
        """True where it is counted from therapy sessions, and so moves with them."""
        return self.awaits == "therapy_session"

    def per_week(self) -> float:
        """Count the check-ins of an ordinary week with one therapy session; what follows
        another flow comes as often as that one and counts nothing here.
        """
        return 0.0

    def week(self) -> tuple[Window, ...]:
        """Return when in the week it may come, where the clock says so."""
        return ()

    @classmethod
    def sample(cls) -> str:
        """The keys of a schedule with this trigger, as an author writes them."""
        needed = [key.line for key in cls.keys if key.needed]
        return "\n".join([f'trigger = "{cls.name}"', *needed]) + "\n"


@dataclass(frozen=True, slots=True)
class ByTheClock(Trigger):
    """A trigger that plans by itself, from dates and wall times."""

    family: ClassVar[Family] = "clock"

    @abstractmethod
    def moments(self, almanac: Almanac) -> Iterator[Moment]:
        """Every moment of the almanac's dates, in order."""

    @abstractmethod
    def per_week(self) -> float:
        """Count the check-ins that it brings in a week."""

    @abstractmethod
    def week(self) -> tuple[Window, ...]:
        """Return when in the week it may come."""


@dataclass(frozen=True, slots=True)
class ByAnEvent(Trigger):
    """A trigger that waits for a happening of one sort."""

    family: ClassVar[Family] = "event"

    @abstractmethod
    def wanted(self, happening: Happening) -> Wanted | None:
        """Return when a check-in is wanted after (or before) a happening; None: it waits on."""

    @abstractmethod
    def awaited(self, at: datetime) -> Happening:
        """The happening that it waits for, as if it fell on this moment."""


@dataclass(frozen=True, slots=True)
class ByRequest(Trigger):
    """A trigger that brings nothing until somebody asks."""

    family: ClassVar[Family] = "request"


def _late(key: str, wall: time, quiet: QuietHours, window: timedelta) -> Clash:
    wait = minutes_between(wall, quiet.until_wall)
    where = f"{wall_in_words(wall)} lies in {quiet_in_words(quiet)}"
    if timedelta(minutes=wait) >= window:
        message = f"{where}, and the `window` of {length(window)} is over before they end: "
        hint = "Choose a time outside of them, or a longer `window`."
        return Clash(key, "F102", f"{message}it is never sent.", hint)
    day = " on the next day" if quiet.until_wall <= wall else ""
    message = f"{where}: it comes at {wall_in_words(quiet.until_wall)}{day}."
    return Clash(key, "F101", message, "Choose a time outside of them, if it is to be on time.")


def quiet_in_words(quiet: QuietHours) -> str:
    """The quiet hours, as the rest of a sentence for authors."""
    start, end = wall_in_words(quiet.from_wall), wall_in_words(quiet.until_wall)
    return f"the quiet hours of the practice ({start} to {end})"


def minutes_between(start: time, end: time) -> int:
    """From one wall time to the next moment at which clocks show the other."""
    return (minute_of(end) - minute_of(start)) % DAY_MINUTES


def wall_of(minute: int) -> time:
    """The wall time of a minute, counted from midnight; past the day it goes on with the next."""
    return time(*divmod(minute % DAY_MINUTES, 60))


def at_wall_on(days: Weekdays, wall: time) -> tuple[Window, ...]:
    """The minutes of the week at which these weekdays reach a wall time."""
    times = (day * DAY_MINUTES + minute_of(wall) for day in days)
    return tuple((at, at) for at in times)


def minute_of(wall: time) -> int:
    """The minute of the day of a wall time."""
    return wall.hour * 60 + wall.minute
