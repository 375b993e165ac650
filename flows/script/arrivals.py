"""The times in an ordinary week at which a flow may reach a client, quiet hours taken in.

Used where flows are held against each other: two that come at once, one that never comes. What is
due in quiet hours comes when they end, and what they fill never comes, as in ``flows.schedule``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import floor
from zoneinfo import ZoneInfo

from flows.schedule.projection import Expected
from flows.schedule.quiet import QuietHours, next_allowed, only_quiet
from flows.schedule.trigger import DAY_MINUTES, Window, minute_of
from flows.script.flow import Flow

WEEK = 7 * DAY_MINUTES
ZONE = ZoneInfo("UTC")
"""The ordinary week has no clock change."""

_MONDAY = datetime(2024, 1, 1, tzinfo=ZONE)
_MINUTE = timedelta(minutes=1)


def arrivals(flow: Flow, quiet: QuietHours) -> Iterator[Window]:
    """The minutes of the week within which each check-in of a clock reaches the client."""
    for begins, ends in flow.schedule.trigger.week():
        first = (next_allowed(_at(begins), ZONE, quiet) - _MONDAY) // _MINUTE
        if begins == ends:
            if not only_quiet(_at(begins), _at(begins) + flow.schedule.window, ZONE, quiet):
                yield first, first
            continue
        last = _last_allowed(ends, quiet)  # what is drawn is drawn outside of quiet hours
        if first <= last:
            yield first, last


def earliest(flow: Flow, quiet: QuietHours) -> tuple[Expected, ...]:
    """The check-ins of a clock in a week, each as early as it can come."""
    windows = arrivals(flow, quiet)
    return _expected(flow, [first if last < WEEK else 0 for first, last in _wrapped(windows)])


def latest(flow: Flow, quiet: QuietHours) -> tuple[Expected, ...]:
    """The check-ins that surely come in every week, each as late as it can."""
    days = max(1, len(flow.schedule.trigger.week()))
    in_each = floor(flow.schedule.trigger.per_week() / days)  # 0 of one that skips days
    ends = [last for _, last in _wrapped(arrivals(flow, quiet)) if last < WEEK]
    return _expected(flow, ends * in_each)


def at_once(flow: Flow, count: int) -> tuple[Expected, ...]:
    """So many check-ins at the beginning of the week, whenever they really come."""
    return _expected(flow, [0] * count)


def _wrapped(windows: Iterator[Window]) -> Iterator[Window]:
    """Move what quiet hours put over the end of the week to the beginning of every week."""
    for first, last in windows:
        back = WEEK if first >= WEEK else 0
        yield first - back, last - back


def _expected(flow: Flow, minutes: list[int]) -> tuple[Expected, ...]:
    return tuple(
        Expected(
            flow_id=flow.id,
            local_on=_at(minute).date(),
            slot=f"{place:03}",
            due_at=_at(minute),
            until_at=_at(minute) + timedelta(days=7),
            priority=flow.priority,
        )
        for place, minute in enumerate(minutes)
    )


def _last_allowed(minute: int, quiet: QuietHours) -> int:
    wall = time(*divmod(minute % DAY_MINUTES, 60))
    if not quiet.hold(wall):
        return minute
    return minute - (minute - minute_of(quiet.from_wall)) % DAY_MINUTES


def _at(minute: int) -> datetime:
    return _MONDAY + minute * _MINUTE
