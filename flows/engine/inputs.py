"""The complete list of ways in which a waiting check-in can be woken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TimerKind = Literal["remind", "expire", "re_ask"]


@dataclass(frozen=True, slots=True)
class Tapped:
    """An answer button of the prompt shown at ``turn_no``; ``choice`` counts them from 0.

    Where several may be picked it ticks or unticks the option.
    """

    turn_no: int
    choice: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The client tapped the done button under the ticked options of ``turn_no``."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """The client tapped the "rather not say" button of the prompt shown at ``turn_no``."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class Typed:
    """The client wrote something; it goes to the question shown last."""

    text: str

    def __repr__(self) -> str:
        return "Typed(…)"


@dataclass(frozen=True, slots=True)
class Added:
    """The client wrote more before the next question, or the end, was there to be read: it belongs
    to the last answer.
    """

    text: str

    def __repr__(self) -> str:
        return "Added(…)"


@dataclass(frozen=True, slots=True)
class AddingBegun:
    """The client tapped "add to my last answer" under the prompt shown at ``turn_no``."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class SentOther:
    """The client sent something that is not text: a sticker, a photo, a voice message.

    ``words`` are those under it; they answer a question for words of one's own and no other.
    """

    words: str = ""

    def __repr__(self) -> str:
        return "SentOther(…)"


@dataclass(frozen=True, slots=True)
class Reworded:
    """The client changed a message whose words are the kept answer to ``visit_id``; ``text`` is
    the whole answer as it is meant now.
    """

    visit_id: str
    text: str

    def __repr__(self) -> str:
        return f"Reworded({self.visit_id!r}, …)"


@dataclass(frozen=True, slots=True)
class Skipped:
    """The client tapped the skip button of the prompt shown at ``turn_no``."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class WentBack:
    """The client tapped the back button of the prompt shown at ``turn_no``."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """The prompt of ``turn_no`` has left; reminders and expiry are counted from the first one."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The sending of the prompt of ``turn_no`` is uncertain."""

    turn_no: int
    again_at: datetime | None = None
    """The time to ask it once more, unless proved delivered; None: 20 minutes from now."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer set at ``turn_no`` has come due."""

    kind: TimerKind
    turn_no: int


@dataclass(frozen=True, slots=True)
class Snoozed:
    """The client puts off the question shown at ``turn_no``: it is mentioned again at ``until``,
    and the check-in does not lapse before ``stays_until``.
    """

    turn_no: int
    until: datetime
    stays_until: datetime


@dataclass(frozen=True, slots=True)
class Recalled:
    """The client asked to see the open question again (/checkin)."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """The client wants to change an answer of a check-in that is finished."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The care was stopped or consent was withdrawn."""


Input = (
    Tapped
    | Confirmed
    | Withheld
    | Typed
    | Added
    | AddingBegun
    | SentOther
    | Reworded
    | Skipped
    | WentBack
    | Delivered
    | Unconfirmed
    | TimerFired
    | Snoozed
    | Recalled
    | Reopened
    | Withdrawn
)
