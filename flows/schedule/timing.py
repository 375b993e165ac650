"""The times of a flow's check-ins: its trigger, its reminders and its expiries, as a frozen value.

Built by the parser, read by planning and the engine. Durations carry no unit suffix.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flows.schedule.trigger import Trigger

USUAL_WINDOW = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times of a check-in: when it comes, how often it is recalled, and when it lapses."""

    trigger: Trigger
    on_request: bool = False
    """True where a client may also start it with /checkin."""
    starts: timedelta = timedelta(0)
    """From enrolment on: nothing comes before."""
    ends: timedelta | None = None
    """From enrolment on: nothing comes after."""
    remind: tuple[timedelta, ...] = ()
    """Delays from the first sending."""
    expires_unstarted: timedelta = timedelta(hours=48)
    """From the first sending, while nothing is answered."""
    expires_started: timedelta | None = None
    """From the first sending, once something is answered; None where only idleness counts."""
    expires_idle: timedelta = timedelta(hours=24)
    """From the last answer."""
    window: timedelta = USUAL_WINDOW
    """The delay until it is too late to send, counted from the time that the trigger names."""
