"""From a schedule to the slots at which a check-in is planned.

Used when occurrences are planned, previewed and explained. It never knows what was sent: the same
rule and span give the same slots, and planning in two pieces gives what planning at once gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.schedule.dates import Almanac
from flows.schedule.happenings import Happening
from flows.schedule.local_time import wall_at
from flows.schedule.quiet import QuietHours, next_allowed
from flows.schedule.timing import Schedule
from flows.schedule.wishes import Wish, with_wish

REQUEST_SLOT = "request"

MOST_REQUESTS = 5
"""So many check-ins of one flow may be asked for on a day."""

REQUEST_WINDOW = timedelta(hours=12)
"""The time that a check-in that was asked for may wait to be opened."""

_SHIFT = timedelta(days=3)
"""More than quiet hours and a skipped day together can move a slot away from its date."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned time. ``local_on`` and ``slot`` name it within its flow."""

    local_on: date
    """The date on which it is due by the rule, before quiet hours move it."""
    slot: str
    due_at: datetime
    """After quiet hours, or in them where they fill its whole window and it can never be sent."""
    until_at: datetime
    """The end of its window, counted from the time that the rule names: then it is missed."""


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

    What counts from the enrolment counts from ``enrolled_on``; without it, from the date of
    ``enrolled_at`` in ``zone``. Schedules that follow an event or a request plan nothing here.
    """
    almanac = Almanac(
        first=wall_at(after, zone).date() - _SHIFT,
        last=wall_at(until, zone).date() + _SHIFT,
        zone=zone,
        quiet=quiet,
        enrolled_on=enrolled_on or wall_at(enrolled_at, zone).date(),
        seed=seed,
    )
    slots = (
        _slot(found.day, found.slot, found.wanted_at, found.due_at, schedule.window)
        for found in with_wish(schedule.trigger, wish).moments(almanac)
    )
    return tuple(
        slot
        for slot in slots
        if after < slot.due_at <= until and _runs(schedule, enrolled_at, slot.due_at)
    )


def _slot(
    day: date,
    name: str,
    wanted_at: datetime,
    due_at: datetime,
    window: timedelta,
    before: datetime | None = None,
) -> Slot:
    """The window counts from the wanted time; where quiet hours fill it, nothing moves."""
    until_at = wanted_at + window if before is None else min(wanted_at + window, before)
    return Slot(day, name, due_at if due_at < until_at else wanted_at, until_at)


def plan_event(
    schedule: Schedule,
    happening: Happening,
    *,
    zone: ZoneInfo,
    enrolled_at: datetime,
    quiet: QuietHours | None,
    slot: str,
) -> Slot | None:
    """The slot that belongs to a happening; ``slot`` names it, so that it can move.

    None: the schedule does not wait for such a happening, or it falls outside of the flow's time.
    """
    wanted = schedule.trigger.wanted(happening)
    if wanted is None:
        return None
    due_at = next_allowed(wanted.at, zone, quiet)
    day = wall_at(wanted.at, zone).date()
    found = _slot(day, slot, wanted.at, due_at, schedule.window, wanted.before)
    return found if _runs(schedule, enrolled_at, found.due_at) else None


def plan_request(
    *, now: datetime, zone: ZoneInfo, slot: str, window: timedelta = REQUEST_WINDOW
) -> Slot:
    """The slot of a check-in that the client asked for; due at once, in quiet hours too."""
    return Slot(wall_at(now, zone).date(), slot, now, now + window)


def request_slots() -> tuple[str, ...]:
    """The slots of a day, one after another, for check-ins that are asked for."""
    return (REQUEST_SLOT, *(f"{REQUEST_SLOT}:{n}" for n in range(2, MOST_REQUESTS + 1)))


def is_asked_for(slot: str) -> bool:
    """True for the slot of a check-in that was asked for."""
    return slot in request_slots()


def _runs(schedule: Schedule, enrolled_at: datetime, due_at: datetime) -> bool:
    if due_at < enrolled_at + schedule.starts:
        return False
    return schedule.ends is None or due_at <= enrolled_at + schedule.ends
