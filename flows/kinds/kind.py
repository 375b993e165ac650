"""The questions about itself that every kind of step must answer.

Each module beside it holds one kind; the rest of Interlude asks them through ``registry``. What is
abstract here a new kind must answer; everything else has a default that suits most kinds. A kind
never sees the check-in: it knows its step, a reply, a language and the client's local date.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from flows.authoring.report import Loc, Report
from flows.authoring.words import Words
from flows.kinds.keys import Keys
from flows.kinds.step import Better, Option, Shared, Step
from flows.languages import Language

K = TypeVar("K", bound=Keys)
S = TypeVar("S", bound=Step)

Value = str | int | float | bool | tuple[str, ...]
"""An answer as kept; a tuple holds the ids of the options picked, in the author's order."""

Sort = Literal["string", "strings", "bool", "int", "number", "any"]
"""The sort of a name in a condition; ``number`` may be whole or not, ``any`` is only known as
it runs."""

Reply = int | str
"""A tapped button, counted from 0, or what was typed."""

Refusal = str
"""The reasons why a reply is no answer, as a kind's word; the bot has a ``refused_…`` text each."""

LONGEST_SHOWN = 40
"""Characters of a label, and so of most answers where a later text repeats them."""
LONGEST_LIST = 200
"""The longest list of labels as an answer; a longer one is cut there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts that a question shows besides its text."""

    choices: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None
    typed: tuple[str, ...] = ()
    """The words that may be typed for each choice besides its label; empty: only the label."""


@dataclass(frozen=True, slots=True)
class Fits:
    """The reply is an answer to the step."""

    value: Value

    def __repr__(self) -> str:
        return "Fits(…)"


@dataclass(frozen=True, slots=True)
class Refused:
    """The reply is no answer to the step, and why."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Sample:
    """A step of the kind as an author may write it, for tests and documents."""

    keys: str
    """The lines of the step besides its ``id``, ``kind`` and ``ask``."""
    fitting: tuple[tuple[Reply, Value], ...] = ()
    """Replies in English and what each is kept as."""
    refused: tuple[tuple[Reply, Refusal], ...] = ()
    """Replies in English that are no answer, and why: every refusal of the kind."""
    condition: str = ""
    """A condition over the step, which is called ``it``."""


Unfit = tuple[str, str]
"""The fault of an answer, after its name, and the advice on it."""


class Kind(ABC, Generic[K, S]):
    """One kind of step. Its name is that of its steps' ``kind``."""

    step: type[S]
    keys: type[K]
    called: str
    """The kind in an author's words: "one of several"."""
    does: str
    """The client's action, for the author's guide: "taps yes or no"."""
    keys_in_guide: str = ""
    """The kind's keys for the author's guide, where their bare list says too little."""
    needed: tuple[str, ...] = ()
    """The keys without which no step of the kind can be asked, besides id, kind and ask."""
    either: tuple[tuple[str, ...], ...] = ()
    """Groups of keys of which a step needs one; the first is asked for where none is given."""
    examples: Mapping[str, str] = {}
    """For each key that may be found missing, what to add."""
    samples: tuple[Sample, ...]

    asks: bool = True
    """False where nothing is asked: the step is said, and travels with the next question."""
    is_decided: bool = False
    """True where there is one answer out of a few, so that jumps can cover them all."""
    is_listed: bool = False
    """True where only certain texts are answers: a condition that names another never holds."""
    is_counted: bool = False
    """True where scores may count the answer."""
    is_ticked: bool = False
    """True where options are ticked and then confirmed; blocks may repeat over such a step."""
    is_dated: bool = False
    """True where the answer depends on which day it is where the client is."""
    is_time_of_day: bool = False
    """True where the answer is a time, so that the hours between two of them can be told."""
    is_free: bool = False
    """True where the answer is the client's own words, whatever they are."""

    # From a file

    @abstractmethod
    def build(self, shared: Shared, keys: K) -> S:
        """The step that a checked table means."""

    def check(self, found: Report, keys: K, loc: Loc) -> None:
        """Reports what is wrong with the kind's own keys in the table at ``loc``."""

    @abstractmethod
    def unfit(self, keys: K, answer: Any) -> Unfit | None:
        """Say why an answer that an author names can never be given; None: it can."""

    @abstractmethod
    def sort(self, keys: K) -> Sort | None:
        """Return what the answer is to a condition; None: there is none."""

    def ends(self, keys: K) -> tuple[float, float] | None:
        """The least and the greatest number that can be answered; None: it is no number."""
        return None

    def is_reversible(self, keys: K) -> bool:
        """True if a score may count the answer the other way round."""
        return True

    def longest(self, keys: K) -> int:
        """The most characters that the answer takes where a later text repeats it."""
        return LONGEST_SHOWN

    # In a check-in

    @abstractmethod
    def ask(self, step: S, language: Language) -> Asked:
        """Return what the question shows besides its text."""

    @abstractmethod
    def accept(self, step: S, reply: Reply, language: Language, today: date) -> Fits | Refused:
        """The answer that a reply means, or why it means none."""

    @abstractmethod
    def show(self, step: S, value: Value, language: Language) -> str:
        """An answer as the client sees it, uncut."""

    def report(self, step: S, value: Value, language: Language) -> str:
        """An answer as the therapist reads it."""
        return self.show(step, value, language)

    def options(self, step: S) -> tuple[Option, ...]:
        """The options of the step; none where it has none."""
        return ()

    def is_shuffled(self, step: S) -> bool:
        """True if the options come in an order that is drawn for each check-in."""
        return False

    def reordered(self, step: S, places: Sequence[int]) -> S:
        """The step with its options in the order of these places; only where they are drawn."""
        return step

    def in_order(self, step: S, value: Value) -> Value:
        """An answer as it is kept, whatever the order in which its parts were shown or picked."""
        return value

    def toggled(self, step: S, picked: Iterable[int], place: int) -> tuple[int, ...]:
        """The places ticked after a tap on one of them; only where options are ticked."""
        return tuple(sorted(set(picked) ^ {place}))

    def answer_of(self, step: S, places: Iterable[int]) -> Fits | Refused:
        """The answer that ticked options mean; only where options are ticked."""
        return Refused("wrong_kind")

    def ticks_of(self, step: S, value: Value) -> tuple[int, ...]:
        """The places of the options that an answer ticks; only where options are ticked."""
        return ()

    def range_of(self, step: S) -> tuple[float, float] | None:
        """The least and the greatest number that counts in a score; None: none counts."""
        return None

    def better(self, step: S) -> Better | None:
        """Return which end of the measure is the better one; None: the author does not say."""
        return None

    def is_risk(self, step: S, value: Value) -> bool:
        """Say whether the author names the answer as a sign of danger."""
        return False

    def branches(self, step: S) -> tuple[tuple[Value, str], ...]:
        """The answers that a story can try one by one, each with a word for it."""
        return tuple((option.id, option.id) for option in self.options(step))

    # For authors

    @abstractmethod
    def describe(self, step: S, language: Language) -> str:
        """Say what may be answered, in a few words; empty where that goes without saying."""

    def labels(self, step: S) -> tuple[tuple[str, Words | None], ...]:
        """The words of a step besides its question, help and options, each with what it is."""
        return ()

    def limits(self, step: S) -> tuple[object, ...]:
        """Everything that bounds an answer, but no wording: other limits, other answers."""
        return ()


def pick(values: tuple[Value, ...], index: int) -> Fits | Refused:
    """The value of a tapped button; refused where there is no such button."""
    if 0 <= index < len(values):
        return Fits(values[index])
    return Refused("not_an_option")
