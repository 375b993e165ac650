"""A client's own times: another clock time or other weekdays, within what the flow allows.

Used by planning and by /when. A wish never adds check-ins: it moves those that the flow plans.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

from flows.schedule.quiet import QuietHours
from flows.schedule.trigger import OwnTimes, Trigger

WishRefusal = Literal["no_own_times", "days_fixed", "days_count", "quiet_hours"]
"""no_own_times: the flow follows something else than the clock. days_fixed: only its time of day
may change. days_count: another number of weekdays than the flow has. quiet_hours: nobody is written
to at that time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A client's preferences; None: as the flow says."""

    at_wall: time | None = None
    days: tuple[int, ...] | None = None
    """Weekdays, 0 is Monday, in order."""


def moved_to(days: tuple[int, ...], day: int) -> tuple[int, ...]:
    """The weekdays once the nearest of them has moved to ``day``, unless it is among them."""
    if day in days:
        return days
    nearest = min(days, key=lambda each: (min((each - day) % 7, (day - each) % 7), each))
    return tuple(sorted({*days} - {nearest} | {day}))


def with_wish(trigger: Trigger, wish: Wish | None) -> Trigger:
    """The trigger at the client's own times; what the flow does not allow any more is left out."""
    own = trigger.own_times()
    if wish is None or own is None:
        return trigger
    days = own.days
    if days and wish.days and len(wish.days) == len(days):
        days = wish.days
    return trigger.at_own_times(OwnTimes(wish.at_wall or own.at_wall, days))


def refusal_of(trigger: Trigger, wish: Wish, quiet: QuietHours | None) -> WishRefusal | None:
    """The reason why the flow does not allow the wish; None if it does."""
    own = trigger.own_times()
    if own is None:
        return "no_own_times"
    if wish.days is not None and own.days is None:
        return "days_fixed"
    if wish.days is not None and len(set(wish.days)) != len(own.days or ()):
        return "days_count"
    in_quiet = quiet is not None and wish.at_wall is not None and quiet.hold(wish.at_wall)
    return "quiet_hours" if in_quiet else None
