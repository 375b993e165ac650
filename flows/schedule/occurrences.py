"""From a schedule to the slots at which a check-in is planned.

Used when occurrences are planned, previewed and explained. It never knows what was sent: the same
rule and span give the same slots, and planning in two pieces gives what planning at once gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.schedule.local_time import at_local, wall_at
from flows.schedule.quiet import QuietHours, next_allowed
from flows.script.flow import AfterTherapySession, Schedule, Weekly

WEEKLY_SLOT = "weekly"
"""The same for every weekly rule, so that an edited time never plans a second one for a date."""

REQUEST_WINDOW = timedelta(hours=12)
"""How long a check-in that was asked for may wait to be opened."""

_SHIFT = timedelta(days=3)
"""More than quiet hours and a skipped day together can move a slot away from its date."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned time. ``local_on`` and ``slot`` name it; once planned they never change."""

    local_on: date
    """The date on which it is due by the rule, before quiet hours move it."""
    slot: str
    due_at: datetime
    until_at: datetime
    """The end of its window: not sent by then, it is missed."""


def plan_weekly(
    schedule: Schedule,
    *,
    zone: ZoneInfo,
    after: datetime,
    until: datetime,
    quiet: QuietHours | None,
) -> tuple[Slot, ...]:
    """Every slot due after ``after`` and up to ``until``, in order, at most one a local date.

    TypeError: the schedule is not weekly.
    """
    trigger = schedule.trigger
    if not isinstance(trigger, Weekly):
        raise TypeError(f"a weekly trigger is needed, not {trigger.trigger}")
    slots = []
    for day in _days(wall_at(after, zone).date() - _SHIFT, wall_at(until, zone).date() + _SHIFT):
        if not _is_slot_day(day, trigger, zone):
            continue
        due_at = next_allowed(at_local(day, trigger.at_wall, zone), zone, quiet)
        if after < due_at <= until:
            slots.append(Slot(day, WEEKLY_SLOT, due_at, due_at + schedule.window))
    return tuple(slots)


def plan_after_session(
    schedule: Schedule,
    *,
    ended_at: datetime,
    zone: ZoneInfo,
    quiet: QuietHours | None,
    slot: str,
) -> Slot:
    """The slot that follows a therapy session; ``slot`` names the session.

    TypeError: the schedule does not follow therapy sessions.
    """
    trigger = schedule.trigger
    if not isinstance(trigger, AfterTherapySession):
        raise TypeError(f"a trigger after therapy sessions is needed, not {trigger.trigger}")
    wanted_at = ended_at + trigger.after
    due_at = next_allowed(wanted_at, zone, quiet)
    return Slot(wall_at(wanted_at, zone).date(), slot, due_at, due_at + schedule.window)


def plan_request(
    *, now: datetime, zone: ZoneInfo, slot: str, window: timedelta = REQUEST_WINDOW
) -> Slot:
    """The slot of a check-in that the client asked for; due at once, in quiet hours too."""
    return Slot(wall_at(now, zone).date(), slot, now, now + window)


def _is_slot_day(day: date, trigger: Weekly, zone: ZoneInfo) -> bool:
    if day.weekday() not in trigger.days:
        return False
    # Where a zone skips a whole date, its slot moves onto the next day, which may have its own.
    following = day + timedelta(days=1)
    fall_together = at_local(day, trigger.at_wall, zone) == at_local(
        following, trigger.at_wall, zone
    )
    return not (fall_together and following.weekday() in trigger.days)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
