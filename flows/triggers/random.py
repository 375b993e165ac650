"""``random``: times drawn in a window of the day from a seed, with a gap between any two of them.

Each date is drawn by itself, so that planning in pieces changes nothing; the gap to the next date
is kept by never using the end of a window that lies too near to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from flows.authoring import spans
from flows.authoring.keys import Key, Written
from flows.authoring.report import Loc, Report
from flows.authoring.span_checks import SHORTEST, check_wall, count_up_to, length_within
from flows.schedule.chance import number
from flows.schedule.dates import EVERY_DAY, Almanac, Moment, dates
from flows.schedule.local_time import at_local, next_wall
from flows.schedule.plain_words import length, wall_in_words, weekdays_in_words
from flows.schedule.quiet import QuietHours, next_allowed
from flows.schedule.trigger import (
    DAY_MINUTES,
    ByTheClock,
    Clash,
    Told,
    Window,
    minute_of,
    quiet_in_words,
    wall_of,
)
from flows.triggers.keys import DAYS

RANDOM_SLOT = "random-"
"""Followed by a number from 1 on, in the order of the day."""
MOST_PER_DAY = 6
USUAL_GAP = timedelta(hours=2)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

Span = tuple[datetime, datetime]


def _ends(written: list[str]) -> tuple[time, time] | None:
    """The two times of a window, where they are two and each is one."""
    walls = [spans.time_of_day(one) for one in written]
    if len(walls) != 2 or walls[0] is None or walls[1] is None:
        return None
    return walls[0], walls[1]


def _check_between(report: Report, loc: Loc, written: list[str]) -> None:
    if len(written) != 2:
        message = "`between` is the earliest and the latest time."
        report.at_value("F082", loc, message, 'Write such as ["10:00", "18:00"].')
        return
    for place, wall in enumerate(written):
        check_wall(report, (*loc, place), wall)


BETWEEN: Key[tuple[time, time]] = Key(
    name="between",
    sort=list[str],
    read=_ends,
    says="The part of the day in which times are drawn: two times of day.",
    what="the window of the day",
    sample='["10:00", "18:00"]',
    form={"type": "array", "items": spans.WALL_FORM},
    check=_check_between,
)
PER_DAY: Key[int] = Key(
    name="per_day",
    sort=int,
    read=int,
    says="How many times a day are drawn.",
    what="how many times a day",
    sample="2",
    form={"type": "integer"},
    check=count_up_to(MOST_PER_DAY),
    needed=False,
    note=" (1)",
)
GAP: Key[timedelta] = Key(
    name="gap",
    sort=str,
    read=spans.duration,
    says="How far apart drawn times are at least: 2h.",
    what="how far apart they are at least",
    sample='"2h"',
    form=spans.SPAN_FORM,
    check=length_within(SHORTEST),
    needed=False,
    note=", the least time between two (2h)",
)
SOME_DAYS = replace(DAYS, needed=False, sample='["sat", "sun"]', note=" (all)")


@dataclass(frozen=True, slots=True)
class RandomTimes(ByTheClock):
    """``per_day`` times drawn inside a window of the day, at least ``gap`` apart, also
    across days.
    """

    from_wall: time
    until_wall: time
    per_day: int
    gap: timedelta
    days: tuple[int, ...] = EVERY_DAY

    name = "random"
    keys = (BETWEEN, PER_DAY, GAP, SOME_DAYS)
    comes = "at times drawn inside a window of the day"

    @classmethod
    def build(cls, written: Written) -> Self:
        start, end = BETWEEN.given(written)
        per_day, gap = PER_DAY.of(written) or 1, GAP.of(written) or USUAL_GAP
        return cls(start, end, per_day, gap, SOME_DAYS.of(written) or EVERY_DAY)

    @classmethod
    def clash(cls, written: Written) -> Clash | None:
        """The window does not hold the day's check-ins with their gaps."""
        ends = BETWEEN.of(written)
        count = 1 if PER_DAY.of(written) is None else PER_DAY.given(written)
        if ends is None or not 1 <= count <= MOST_PER_DAY:
            return None
        gap = GAP.of(written) or USUAL_GAP
        if ends[0] == ends[1]:
            message = f"The window ends at {wall_in_words(ends[1])}, as soon as it begins."
            return Clash("between", "F069", message, "Write two different times.")
        minutes = (minute_of(ends[1]) - minute_of(ends[0])) % DAY_MINUTES
        if minutes * _MINUTE <= (count - 1) * gap:
            message = f"{count} check-ins with this gap do not fit into the window."
            hint = "Widen it, or choose a smaller `gap` or `per_day`."
            return Clash("between", "F069", message, hint)
        return None

    def in_words(self) -> str:
        window = f"between {wall_in_words(self.from_wall)} and {wall_in_words(self.until_wall)}"
        all_days = len(self.days) == len(EVERY_DAY)
        when = "every day" if all_days else f"on {weekdays_in_words(self.days)}"
        often = "once" if self.per_day == 1 else f"{self.per_day} times"
        return f"{often} {when} at random, {window}, at least {length(self.gap)} apart"

    def clash_with_quiet(self, quiet: QuietHours, window: timedelta) -> Clash | None:
        """Times are drawn outside of quiet hours only; then fewer of them may fit, or none."""
        begins = minute_of(self.from_wall)
        span = (minute_of(self.until_wall) - begins) % DAY_MINUTES
        minutes = (wall_of(begins + past) for past in range(span))
        free = sum(not quiet.hold(wall) for wall in minutes)
        hours = quiet_in_words(quiet)
        if free == 0:
            message = f"The whole window lies in {hours}: nothing is ever sent."
            return Clash("between", "F102", message, "Choose a window outside of them.")
        gap = self.gap // _MINUTE
        count = min(self.per_day, 1 + (free - 1) // gap if gap else self.per_day)
        if count < self.per_day:
            message = f"Outside of {hours} only {count} of {self.per_day} fit into the window."
            return Clash("between", "F101", message, "Widen it, or choose a smaller `gap`.")
        if free < span:
            rest = length(free * _MINUTE)
            message = f"Times are drawn outside of {hours} only: of this window {rest} remain."
            return Clash("between", "F101", message, "Choose a window outside of them.")
        return None

    def told(self) -> Told:
        return {
            "per_day": self.per_day,
            "from_wall": self.from_wall,
            "until_wall": self.until_wall,
        }

    def moments(self, almanac: Almanac) -> Iterator[Moment]:
        zone, quiet, seed = almanac.zone, almanac.quiet, almanac.seed
        for day in dates(almanac, self.days):
            times = drawn(self, day, zone=zone, quiet=quiet, seed=seed)
            for place, due_at in enumerate(times, 1):
                yield Moment(day, f"{RANDOM_SLOT}{place}", due_at, due_at)

    def per_week(self) -> float:
        return float(self.per_day * len(self.days))

    def week(self) -> tuple[Window, ...]:
        begins, ends = minute_of(self.from_wall), minute_of(self.until_wall)
        ends += DAY_MINUTES if ends <= begins else 0
        return tuple((day * DAY_MINUTES + begins, day * DAY_MINUTES + ends) for day in self.days)


def drawn(
    trigger: RandomTimes, day: date, *, zone: ZoneInfo, quiet: QuietHours | None, seed: int
) -> tuple[datetime, ...]:
    """The instants drawn for a local date, in order and on whole minutes.

    Fewer than ``per_day`` where the window, without its quiet hours, has no room for them all.
    """
    spans = _free(trigger, day, zone, quiet)
    gap = -(-trigger.gap // _MINUTE)
    last_minute = sum((end - start) // _MINUTE for start, end in spans) - 1
    count = min(trigger.per_day, 1 + last_minute // gap if gap else trigger.per_day)
    if last_minute < 0 or count < 1:
        return ()
    slack = last_minute - (count - 1) * gap
    places = sorted(number(seed, f"{day}/{n}", slack + 1) for n in range(count))
    found = (_minute_of(spans, place + n * gap) for n, place in enumerate(places))
    # a clock set back into the quiet hours makes them hold a second time: such a minute is given up
    return tuple(at for at in found if next_allowed(at, zone, quiet) == at)


def _minute_of(spans: tuple[Span, ...], minute: int) -> datetime:
    """The instant that many allowed minutes after the first one."""
    left = timedelta(minutes=minute)
    for start, end in spans:
        if left < end - start:
            return start + left
        left -= end - start
    raise ValueError("the minute lies outside of the window")


@lru_cache(maxsize=4096)
def _free(
    trigger: RandomTimes, day: date, zone: ZoneInfo, quiet: QuietHours | None
) -> tuple[Span, ...]:
    """The window of a date without quiet hours, at least a gap away from the next date's."""
    start, next_start = (at_local(d, trigger.from_wall, zone) for d in (day, day + _DAY))
    past_midnight = trigger.until_wall <= trigger.from_wall
    end = at_local(day + _DAY if past_midnight else day, trigger.until_wall, zone)
    return tuple(_allowed(start, min(end, next_start - trigger.gap), zone, quiet))


def _allowed(
    start: datetime, end: datetime, zone: ZoneInfo, quiet: QuietHours | None
) -> Iterator[Span]:
    if quiet is None or quiet.from_wall == quiet.until_wall:
        if start < end:
            yield start, end
        return
    while (start := next_allowed(start, zone, quiet)) < end:
        stop = min(end, next_wall(start, quiet.from_wall, zone))
        yield start, stop
        start = stop
