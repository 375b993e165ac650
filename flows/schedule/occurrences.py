"""From a schedule to the slots at which a check-in is planned.

Used when occurrences are planned, previewed and explained. It never knows what was sent: the same
rule and span give the same slots, and planning in two pieces gives what planning at once gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from flows.schedule.local_time import at_local, wall_at
from flows.schedule.quiet import QuietHours, next_allowed
from flows.schedule.random_times import drawn
from flows.schedule.wishes import Wish, with_wish
from flows.script.timing import (
    AfterFlag,
    AfterFlow,
    AfterTherapySession,
    BeforeTherapySession,
    Daily,
    Every,
    OnRequest,
    RandomTimes,
    Schedule,
    Weekly,
)

DAY_SLOT = "day"
"""The same for every rule with one time a date, so that an edited rule never plans a second one."""
RANDOM_SLOT = "random-"
"""Followed by a number from 1 on, in the order of the day."""
REQUEST_SLOT = "request"

REQUEST_WINDOW = timedelta(hours=12)
"""How long a check-in that was asked for may wait to be opened."""

_SHIFT = timedelta(days=3)
"""More than quiet hours and a skipped day together can move a slot away from its date."""
_DAY = timedelta(days=1)

ByTheClock = Weekly | Daily | Every | RandomTimes
ByAnEvent = AfterTherapySession | BeforeTherapySession | AfterFlow | AfterFlag


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned time. ``local_on`` and ``slot`` name it within its flow."""

    local_on: date
    """The date on which it is due by the rule, before quiet hours move it."""
    slot: str
    due_at: datetime
    until_at: datetime
    """The end of its window: not sent by then, it is missed."""


def plan(
    schedule: Schedule,
    *,
    zone: ZoneInfo,
    enrolled_at: datetime,
    after: datetime,
    until: datetime,
    quiet: QuietHours | None,
    seed: int,
    wish: Wish | None = None,
    enrolled_on: date | None = None,
) -> tuple[Slot, ...]:
    """Every slot due after ``after`` and up to ``until`` by a rule of the clock, by date.

    ``every`` counts from ``enrolled_on``; without it, from the date of ``enrolled_at`` in ``zone``.
    Schedules that follow an event or a request plan nothing by themselves.
    """
    trigger = with_wish(schedule.trigger, wish)
    first, last = wall_at(after, zone).date() - _SHIFT, wall_at(until, zone).date() + _SHIFT
    match trigger:
        case Weekly():
            days = _dates(first, last, trigger.days)
            found = _once_a_date(days, trigger.at_wall, zone, quiet)
        case Daily():
            found = _once_a_date(_dates(first, last), trigger.at_wall, zone, quiet)
        case Every():
            start = enrolled_on or wall_at(enrolled_at, zone).date()
            found = _once_a_date(
                _every(start, trigger.days, first, last), trigger.at_wall, zone, quiet
            )
        case RandomTimes():
            found = _random(trigger, _dates(first, last, trigger.days), zone, quiet, seed)
        case AfterTherapySession() | BeforeTherapySession() | AfterFlow() | AfterFlag():
            return ()
        case OnRequest():
            return ()
        case _:
            assert_never(trigger)
    return tuple(
        Slot(day, slot, due_at, due_at + schedule.window)
        for day, slot, due_at in found
        if after < due_at <= until and _runs(schedule, enrolled_at, due_at)
    )


def plan_event(
    schedule: Schedule,
    *,
    at: datetime,
    zone: ZoneInfo,
    enrolled_at: datetime,
    quiet: QuietHours | None,
    slot: str,
) -> Slot | None:
    """The slot that belongs to an event; ``slot`` names the event, so that it can move.

    ``at`` is when a therapy session ends (or begins, for a check-in before it), when the other
    check-in was finished, or when the flag changed. None: outside of the flow's time, or quiet
    hours leave no room before the therapy session. TypeError: the schedule follows no event.
    """
    trigger = schedule.trigger
    if not isinstance(trigger, ByAnEvent):
        raise TypeError(f"a trigger that follows an event is needed, not {trigger.trigger}")
    before = isinstance(trigger, BeforeTherapySession)
    wanted_at = (
        at - trigger.before if isinstance(trigger, BeforeTherapySession) else (at + trigger.after)
    )
    due_at = next_allowed(wanted_at, zone, quiet)
    if not _runs(schedule, enrolled_at, due_at) or (before and due_at >= at):
        return None
    until_at = due_at + schedule.window
    return Slot(
        wall_at(wanted_at, zone).date(), slot, due_at, min(until_at, at) if before else until_at
    )


def plan_request(
    *, now: datetime, zone: ZoneInfo, slot: str, window: timedelta = REQUEST_WINDOW
) -> Slot:
    """The slot of a check-in that the client asked for; due at once, in quiet hours too."""
    return Slot(wall_at(now, zone).date(), slot, now, now + window)


def _runs(schedule: Schedule, enrolled_at: datetime, due_at: datetime) -> bool:
    if due_at < enrolled_at + schedule.starts:
        return False
    return schedule.ends is None or due_at <= enrolled_at + schedule.ends


Found = tuple[date, str, datetime]


def _once_a_date(
    days: Iterator[date], wall: time, zone: ZoneInfo, quiet: QuietHours | None
) -> Iterator[Found]:
    """One slot a date. Where a zone skips a date, or a clock change all time between quiet hours,
    two of them would fall together: then the later date has it.
    """
    kept: tuple[date, datetime] | None = None
    for day in days:
        due_at = _due(day, wall, zone, quiet)
        if kept is not None and kept[1] != due_at:
            yield kept[0], DAY_SLOT, kept[1]
        kept = day, due_at
    if kept is not None:
        yield kept[0], DAY_SLOT, kept[1]


@lru_cache(maxsize=8192)
def _due(day: date, wall: time, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    return next_allowed(at_local(day, wall, zone), zone, quiet)


def _random(
    trigger: RandomTimes,
    days: Iterator[date],
    zone: ZoneInfo,
    quiet: QuietHours | None,
    seed: int,
) -> Iterator[Found]:
    for day in days:
        times = drawn(trigger, day, zone=zone, quiet=quiet, seed=seed)
        for number, due_at in enumerate(times, 1):
            yield day, f"{RANDOM_SLOT}{number}", due_at


def _dates(
    first: date, last: date, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
) -> Iterator[date]:
    start = first.toordinal()
    for day in range(start, last.toordinal() + 1):
        if (day + 6) % 7 in weekdays:  # ordinal 1 is a Monday
            yield date.fromordinal(day)


def _every(start: date, days: int, first: date, last: date) -> Iterator[date]:
    """Every so many days after ``start``, the first of them that many days later."""
    past = max(1, -(-(first - start).days // days))
    day = start + past * timedelta(days=days)
    while day <= last:
        yield day
        day += timedelta(days=days)
