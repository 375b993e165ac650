"""A client's own times: another clock time or other weekdays, within what the flow allows.

Used by planning and by /when. A wish never adds check-ins: it moves those that the flow plans.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import Literal, assert_never

from flows.schedule.quiet import QuietHours
from flows.script.timing import (
    AfterFlag,
    AfterFlow,
    AfterTherapySession,
    BeforeTherapySession,
    Daily,
    Every,
    OnRequest,
    RandomTimes,
    Trigger,
    Weekly,
)

WishRefusal = Literal["no_own_times", "days_fixed", "days_count", "quiet_hours"]
"""no_own_times: the flow follows something else than the clock. days_fixed: only its time of day
may change. days_count: another number of weekdays than the flow has. quiet_hours: nobody is written
to at that time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client would rather have; None: as the flow says."""

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
    if wish is None or not isinstance(trigger, Weekly | Daily | Every):
        return trigger
    if wish.at_wall is not None:
        trigger = replace(trigger, at_wall=wish.at_wall)
    if isinstance(trigger, Weekly) and wish.days and len(wish.days) == len(trigger.days):
        trigger = replace(trigger, days=wish.days)
    return trigger


def refusal_of(trigger: Trigger, wish: Wish, quiet: QuietHours | None) -> WishRefusal | None:
    """Why the flow does not allow the wish; None if it does."""
    match trigger:
        case Weekly():
            if wish.days is not None and len(set(wish.days)) != len(trigger.days):
                return "days_count"
        case Daily() | Every():
            if wish.days is not None:
                return "days_fixed"
        case RandomTimes() | AfterTherapySession() | BeforeTherapySession():
            return "no_own_times"
        case AfterFlow() | AfterFlag() | OnRequest():
            return "no_own_times"
        case _:
            assert_never(trigger)
    in_quiet = quiet is not None and wish.at_wall is not None and quiet.hold(wish.at_wall)
    return "quiet_hours" if in_quiet else None
