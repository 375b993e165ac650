"""The events of one turn, as values in the past tense.

The engine makes them; the bot carries them out in order, in one transaction. They never mention a
chat, a message or a button's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.engine.check_in import Answer, CheckIn
from flows.engine.inputs import TimerKind
from flows.engine.progress import Progress
from flows.kinds.kind import Refusal
from flows.kinds.step import Step

Occasion = Literal["next", "again", "reminder", "snoozed", "re_ask", "recalled"]
"""The reason for a prompt: it is next, also after going back; the last reply did not fit; reminder;
the client had put it off until now; its sending was uncertain; the client asked to see it."""

Idle = Literal["stale", "ended"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A step as it is to be shown: texts in the client's language, piped, without markup.

    ``lead``, ``text`` and ``help`` together have at most 3,500 UTF-16 units, so that the bot has
    room to add a line. Acknowledging the answer that led here is the bot's affair.
    """

    step_id: str
    """The step's id; of a repeated one with the key of its round."""
    kind: str
    turn_no: int
    """The turn whose answers count: a button of an earlier turn is stale."""
    text: str
    lead: tuple[str, ...] = ()
    """The words before the question: a reply to the last answer, messages not said before."""
    help: str | None = None
    low: str | None = None
    """The label of the lower end of a scale; None where each of its buttons has its own label."""
    high: str | None = None
    """The label of the upper end of a scale; None as for ``low``."""
    choices: tuple[str, ...] = ()
    """The labels of the answer buttons in order; ``Tapped.choice`` counts them from 0."""
    typed: tuple[str, ...] = ()
    """The words that may be typed instead of tapping each of the ``choices``."""
    can_skip: bool = False
    can_go_back: bool = False
    given: str | None = None
    """The answer kept from before going back, as shown, cut at 200 characters."""
    picked: tuple[int, ...] = ()
    """The places in ``choices`` that are ticked, where several may be picked."""
    can_finish: bool = False
    """True where as many are ticked as the author asks for, so that ``Confirmed`` is taken."""
    can_withhold: bool = False
    """True where the author offers a "rather not say" button (``Withheld``)."""
    can_add: bool = False
    """True where the answer before was the client's own words (``AddingBegun``)."""
    progress: Progress | None = None
    """The place of the question on its way; None where nothing is known of it."""
    is_first: bool = False
    """True for the first question of a check-in, as long as it has no answer."""
    reader: str = ""
    """The name of who gets the answers, if the words before the question have not named them."""

    def __repr__(self) -> str:
        return f"Prompt({self.step_id!r}, turn {self.turn_no})"


@dataclass(frozen=True, slots=True)
class PromptAsked:
    """A question is to be sent."""

    prompt: Prompt
    occasion: Occasion = "next"


@dataclass(frozen=True, slots=True)
class PromptChanged:
    """An option was ticked or unticked: the message of this prompt is to show it so.

    Its text is that of the message shown; only its buttons change. The turn stays.
    """

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class ScoreTaken:
    """A score over the answers on the way, to be kept under what it ``measures``, if anything."""

    id: str
    measures: str | None
    value: float | int

    def __repr__(self) -> str:
        return f"ScoreTaken({self.id!r}, …)"


@dataclass(frozen=True, slots=True)
class AnswerAccepted:
    """An answer was taken, or a step was skipped (``answer.declined``)."""

    step: Step
    answer: Answer
    shown: str
    """The answer as the client sees it: "7", "A little", own words; empty for a skip, the button's
    label for "rather not say".
    """
    turn_no: int
    """The turn at which the answered prompt was shown."""
    by_tap: bool
    moved: tuple[Answer, ...] = ()
    """Earlier answers that this one put off the path or back on it."""
    scores: tuple[ScoreTaken, ...] = ()
    """The scores that are complete by their own rule now; the others are not, or no longer."""
    dangers: tuple[str, ...] = ()
    """The ids of the step and the scores that are a sign of danger by this answer, as the author
    says: the crisis card follows, and what is asked next waits until the client goes on.
    """

    def __repr__(self) -> str:
        return f"AnswerAccepted({self.step.id!r}, …)"


@dataclass(frozen=True, slots=True)
class AdditionAwaited:
    """The client's next typed words join the answer to this question; the open one stays."""

    question: str

    def __repr__(self) -> str:
        return "AdditionAwaited(…)"


@dataclass(frozen=True, slots=True)
class LaterMeant:
    """The client typed that they would rather answer later; nothing is put off yet."""


@dataclass(frozen=True, slots=True)
class AnswerReworded:
    """A kept answer in own words has other words; the open question stays, unless a prompt of
    another one follows.
    """

    step: Step
    answer: Answer
    moved: tuple[Answer, ...] = ()
    """Other answers that this one put off the path or back on it."""
    scores: tuple[ScoreTaken, ...] = ()
    """The scores that are complete by their own rule now."""
    dangers: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"AnswerReworded({self.step.id!r}, …)"


@dataclass(frozen=True, slots=True)
class StepReopened:
    """The client went back from the prompt of ``turn_no``."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class AnswerRefused:
    """The reply does not fit the step; nothing was lost. The question follows again, unless other
    words were meant for an earlier answer.
    """

    step: Step
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class TimerSet:
    """Wake the check-in at ``due_at``, unless its turn has moved on by then."""

    kind: TimerKind
    due_at: datetime
    turn_no: int


@dataclass(frozen=True, slots=True)
class TimersCleared:
    """No timer of an earlier turn matters any more."""


@dataclass(frozen=True, slots=True)
class CheckInFinished:
    """The way is complete. ``closing`` holds what comes after the last question: a reply to its
    answer, and message steps.

    ``answers`` holds every kept answer with its final ``off_path`` mark; ``scores`` those that
    are complete by their own rule.
    """

    answers: tuple[Answer, ...]
    closing: tuple[str, ...] = ()
    scores: tuple[ScoreTaken, ...] = ()

    def __repr__(self) -> str:
        return f"CheckInFinished({len(self.answers)} answers)"


@dataclass(frozen=True, slots=True)
class CheckInExpired:
    """Its time ran out; what was answered is kept, with the scores that are complete."""

    answers: tuple[Answer, ...]
    started: bool
    scores: tuple[ScoreTaken, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckInStopped:
    """The care ended while it was open; what was answered is kept, with the scores that are
    complete.
    """

    answers: tuple[Answer, ...]
    scores: tuple[ScoreTaken, ...] = ()


@dataclass(frozen=True, slots=True)
class NothingDone:
    """The input had no effect: its button was stale, or the check-in has ended."""

    why: Idle


Event = (
    PromptAsked
    | PromptChanged
    | AnswerAccepted
    | AdditionAwaited
    | LaterMeant
    | AnswerReworded
    | StepReopened
    | AnswerRefused
    | TimerSet
    | TimersCleared
    | CheckInFinished
    | CheckInExpired
    | CheckInStopped
    | NothingDone
)


def brings_card(events: Iterable[Event]) -> bool:
    """Say whether one of them brings the crisis card: what would follow it is not said by itself,
    neither the next question nor the end.
    """
    taken = (event for event in events if isinstance(event, AnswerAccepted | AnswerReworded))
    return any(event.dangers for event in taken)


@dataclass(frozen=True, slots=True)
class Turn:
    """The effect of one input: the state to save and the events to carry out, in order."""

    check_in: CheckIn
    events: tuple[Event, ...]
