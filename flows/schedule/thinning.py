"""The weekly cap: how many check-ins a client gets in a week with one therapist, over all
flows, by stated priority.

Used by ``projection``. What does not fit is left out, never put off: nothing piles up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.schedule.local_time import wall_at


@dataclass(frozen=True, slots=True)
class Counted:
    """A check-in of a client as the cap sees it: an opened one, or one that is planned."""

    id: int
    due_at: datetime
    priority: int
    """The priority of its flow: 1 comes first, 9 is thinned first."""
    is_opened: bool = False
    is_asked_for: bool = False
    """The client asked for it: it always fits and takes no room."""


def thin(check_ins: Iterable[Counted], *, zone: ZoneInfo, cap: int) -> frozenset[int]:
    """The ids of planned check-ins for which their week (Monday to Sunday in ``zone``) has no room.

    Opened ones have taken their room. The rest goes by priority, then by time: a daily check-in
    gives way to a weekly one of more weight later in the week.
    """
    room: dict[date, int] = {}
    waiting: list[Counted] = []
    for one in check_ins:
        if one.is_asked_for:
            continue
        monday = week_of(one.due_at, zone)
        room.setdefault(monday, cap)
        if one.is_opened:
            room[monday] -= 1
        else:
            waiting.append(one)
    left_out = set()
    for one in sorted(waiting, key=lambda each: (each.priority, each.due_at, each.id)):
        monday = week_of(one.due_at, zone)
        if room[monday] <= 0:
            left_out.add(one.id)
        room[monday] -= 1
    return frozenset(left_out)


def week_of(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week in which ``at`` falls in ``zone``."""
    day = wall_at(at, zone).date()
    return day - timedelta(days=day.weekday())
