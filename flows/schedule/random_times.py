"""Random times in a window of the day, with a gap between any two of them, drawn from a seed.

Used by ``occurrences``. Each date is drawn by itself, so that planning in pieces changes nothing;
the gap to the next date is kept by never using the end of a window that lies too near to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.schedule.draw import number
from flows.schedule.local_time import at_local, next_wall
from flows.schedule.quiet import QuietHours, next_allowed
from flows.script.timing import RandomTimes

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

Span = tuple[datetime, datetime]


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
