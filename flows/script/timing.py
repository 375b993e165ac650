"""When a flow's check-ins come: its trigger, its reminders and its expiries, as frozen values.

Built by the parser, read by ``flows.schedule`` and the engine. Durations carry no unit suffix.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these weekdays (0 is Monday) at a wall time of the enrolment's zone."""

    days: tuple[int, ...]
    at_wall: time
    trigger: Literal["weekly"] = "weekly"


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at a wall time."""

    at_wall: time
    trigger: Literal["daily"] = "daily"


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many days, counted from the enrolment's local date, at a wall time."""

    days: int
    at_wall: time
    trigger: Literal["every"] = "every"


@dataclass(frozen=True, slots=True)
class RandomTimes:
    """``per_day`` times drawn inside a window of the day, at least ``gap`` apart, also
    across days.
    """

    from_wall: time
    until_wall: time
    per_day: int
    gap: timedelta
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    trigger: Literal["random"] = "random"


@dataclass(frozen=True, slots=True)
class AfterTherapySession:
    """A delay after a therapy session has ended."""

    after: timedelta
    trigger: Literal["therapy_session_end"] = "therapy_session_end"


@dataclass(frozen=True, slots=True)
class BeforeTherapySession:
    """Some time before a therapy session begins; it moves and is cancelled with it."""

    before: timedelta
    trigger: Literal["before_therapy_session"] = "before_therapy_session"


@dataclass(frozen=True, slots=True)
class AfterFlow:
    """A delay after a check-in of another flow was finished."""

    flow_id: str
    after: timedelta
    trigger: Literal["after_flow"] = "after_flow"


@dataclass(frozen=True, slots=True)
class AfterFlag:
    """A delay after a client said that something wasn't right, or after it was talked about."""

    on: Literal["said_so", "talked"]
    after: timedelta
    trigger: Literal["after_flag"] = "after_flag"


@dataclass(frozen=True, slots=True)
class OnRequest:
    """Only when the client asks for it, or the therapist sends it from the client's card."""

    trigger: Literal["on_request"] = "on_request"


Trigger = (
    Weekly
    | Daily
    | Every
    | RandomTimes
    | AfterTherapySession
    | BeforeTherapySession
    | AfterFlow
    | AfterFlag
    | OnRequest
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a check-in comes, how often it is recalled, and when it lapses."""

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
    window: timedelta = timedelta(hours=12)
    """How late, after its planned time, a check-in may still be sent."""
