"""The happenings that a check-in may follow: a therapy session, another check-in, a flag's outcome.

Built by whoever saves such a thing; read by the triggers that wait for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FlagTurn = Literal["said_so", "talked"]
"""said_so: the client said that something wasn't right. talked: it was talked about."""
Awaited = Literal["therapy_session", "check_in", "flag"]
"""The sorts of happenings. Slots are named after them, so that they move with what they follow."""


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """A therapy session that is planned or has happened."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CheckInFinished:
    """A check-in of a flow was answered to its end."""

    flow_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FlagTurned:
    """A flag was raised by the client's own word, or talked about."""

    on: FlagTurn
    at: datetime
    sessions_end_at: tuple[datetime, ...] = ()
    """The ends of the therapy sessions since, planned ones too, in order."""
    is_left: bool = False
    """True where the client would rather leave it for now."""


Happening = SessionHeld | CheckInFinished | FlagTurned
