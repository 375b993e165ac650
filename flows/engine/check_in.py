"""A check-in: one client going through one flow version for one occurrence, as a frozen value.

Written by the engine, kept by storage as encrypted JSON. It must never hold a clock, a chat id or
a name that is not needed to speak to the client.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.script.flow import Language

Status = Literal["open", "finished", "expired", "stopped"]
Value = str | int | float | bool

STATE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """A validated reply to one step. ``value`` None means that the client chose not to answer."""

    step_id: str
    value: Value | None
    given_at: datetime
    off_path: bool = False

    @property
    def declined(self) -> bool:
        """True where the client chose not to answer this step."""
        return self.value is None

    def __repr__(self) -> str:
        return f"Answer({self.step_id!r}, …)"


@dataclass(frozen=True, slots=True)
class Names:
    """What a flow's texts may mention: ``therapist``, ``therapist_dative``, ``day``."""

    by_placeholder: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "Names(…)"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The whole state of a check-in between two turns."""

    flow_id: str
    fingerprint: str
    language: Language
    names: Names
    seed: int
    opened_at: datetime
    status: Status = "open"
    turn_no: int = 0
    at: str | None = None
    """The step that is being asked; None once the check-in has ended."""
    answers: tuple[Answer, ...] = ()
    """At most one a step, in the order of the flow."""
    first_sent_at: datetime | None = None
    """When the first prompt left or, at the latest, was answered; timers are counted from it."""
    last_answered_at: datetime | None = None
    """When an answer or a skip was last taken; None while the check-in is unstarted."""
    reminders: int = 0
    re_asked: bool = False
    """True once an uncertain prompt was visibly asked again: it happens once a check-in."""
    uncertain_turn: int | None = None
    """The turn whose prompt may not have arrived, while nothing proves that it did."""
    said: tuple[str, ...] = ()
    """The message steps that have travelled with a prompt; each is said once."""
    version: int = STATE_VERSION

    def answer(self, step_id: str) -> Answer | None:
        """The kept answer to a step, on the path or off it."""
        return next((a for a in self.answers if a.step_id == step_id), None)

    def __repr__(self) -> str:
        return f"CheckIn({self.flow_id!r}, {self.status!r}, turn {self.turn_no})"
