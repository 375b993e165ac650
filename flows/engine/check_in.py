"""A check-in: one client going through one flow version for one occurrence, as a frozen value.

Written by the engine, kept by storage as encrypted JSON. It must never hold a clock, a chat id or
a name that is not needed to speak to the client.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.kinds.kind import Value
from flows.languages import Language

Status = Literal["open", "finished", "expired", "stopped"]
STATE_VERSION = 5
ROUND = "@"
"""Between a step's id and the key of the round in which it was asked: ``goal_words@g1``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A validated reply to one step. ``value`` None means that the client chose not to answer."""

    step_id: str
    """The step's id; of a repeated one with the key of its round: ``goal_words@g1``."""
    value: Value | None
    given_at: datetime
    off_path: bool = False

    @property
    def of_step(self) -> str:
        """The id of the step in its flow, without the key of a round."""
        return self.step_id.partition(ROUND)[0]

    @property
    def declined(self) -> bool:
        """True where the client chose not to answer this step."""
        return self.value is None

    def __repr__(self) -> str:
        return f"Answer({self.step_id!r}, …)"


@dataclass(frozen=True, slots=True)
class Names:
    """A check-in's knowledge from outside, frozen when it starts: names, the past, the own goals.

    ``by_placeholder``: ``therapist``, ``therapist_dative``, ``day``. ``past``: earlier answers by
    ``Past.key``, such as ``week.last``. ``zone``: where the client's day begins and ends.
    """

    by_placeholder: tuple[tuple[str, str], ...] = ()
    past: tuple[tuple[str, Value], ...] = ()
    goals: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    zone: str = "UTC"
    unasked: tuple[str, ...] = ()
    """The beginnings of measures of which nothing is asked for now."""

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
    """The step that is being asked, with its round; None once the check-in has ended."""
    answers: tuple[Answer, ...] = ()
    """At most one a step and round, in the order of the flow."""
    first_sent_at: datetime | None = None
    """The time when the first prompt left or, at the latest, was answered; timers count from it."""
    last_answered_at: datetime | None = None
    """The time when an answer or a skip was last taken; None while the check-in is unstarted."""
    reminders: int = 0
    re_asked: tuple[int, ...] = ()
    """The turns whose uncertain prompt was visibly asked again, once for each time."""
    uncertain_turn: int | None = None
    """The turn whose prompt may not have arrived, while nothing proves that it did."""
    said: tuple[str, ...] = ()
    """The message steps that have travelled with a prompt; each is said once a round."""
    picked: tuple[int, ...] = ()
    """The places of the options ticked so far where several may be picked, in order."""
    reflecting: str | None = None
    """The answer that led to the open question, which may be reflected in front of it."""
    adding: bool = False
    """True where what is typed next belongs to the answer before, as the client asked."""
    snoozed_until: datetime | None = None
    """The time to which the client last put a question off; None where they never did."""
    drawn: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """The seed's decisions at the start, by slot, so that a replay shows the same."""
    version: int = STATE_VERSION

    def answer(self, step_id: str) -> Answer | None:
        """The kept answer to a step, with its round if it has one, on the path or off it."""
        return next((a for a in self.answers if a.step_id == step_id), None)

    def __repr__(self) -> str:
        return f"CheckIn({self.flow_id!r}, {self.status!r}, turn {self.turn_no})"
