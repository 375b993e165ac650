"""What an author's file means: a ``Flow`` of frozen values.

Made by ``flows.script.parse``; read by the engine, the schedules and the bot. It never holds a
client's data: one value serves every check-in of its version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

from flows.authoring.words import Condition, Words
from flows.languages import Language
from flows.schedule.timing import Schedule
from flows.script.structure import Block, Computed, Needs, Score


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    id: str
    label: Words


@dataclass(frozen=True, slots=True)
class Reflection:
    """A short reply in front of the next prompt; the first whose condition holds is said."""

    say: Words
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """Where to go on after a step: a later step's id, or ``END``; without a condition, always."""

    to: str
    condition: Condition | None = None


END = "end"
"""The target of a jump that leads to the end of the flow."""

RATHER_NOT_SAY = "rather_not_say"
"""The answer of a client who would rather not say, stored as itself: neither a skip nor a zero."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What every kind of step has."""

    id: str
    ask: Words
    help: Words | None = None
    condition: Condition | None = None
    optional: bool = False
    measures: str | None = None
    """The construct that the answer measures, such as ``alliance.bond`` or ``strain``."""
    rather_not_say: bool = False
    """True where the author offers a button for it."""
    wordings: tuple[Words, ...] = ()
    """Other wordings of ``ask``, one of which is drawn; only where nothing is measured."""
    reflections: tuple[Reflection, ...] = ()
    jumps: tuple[Jump, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageStep(_Step):
    """Something said that wants no answer; it travels in front of the next question."""

    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class ChoiceStep(_Step):
    """One of several options. The answer is the option's id."""

    options: tuple[Option, ...] = ()
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class SeveralStep(_Step):
    """Any of several options, ``min`` to ``max`` of them. The answer is a tuple of option ids."""

    options: tuple[Option, ...] = ()
    min: int = 0
    max: int = 0
    kind: Literal["several"] = "several"


@dataclass(frozen=True, slots=True)
class YesNoStep(_Step):
    """Yes or no. The answer is a bool."""

    kind: Literal["yes_no"] = "yes_no"


@dataclass(frozen=True, slots=True)
class ScaleStep(_Step):
    """A whole number from ``min`` to ``max``, the ends or every value labelled. The answer
    is an int.
    """

    min: int = 0
    max: int = 10
    low: Words = field(default_factory=lambda: Words(()))
    high: Words = field(default_factory=lambda: Words(()))
    labels: tuple[tuple[int, Words], ...] = ()
    """A label for every value, in the order of the scale; then ``low`` and ``high`` are empty."""
    kind: Literal["scale"] = "scale"


@dataclass(frozen=True, slots=True)
class NumberStep(_Step):
    """A typed number between ``min`` and ``max``. The answer is a float, or an int if ``whole``."""

    min: float = 0
    max: float = 1_000_000
    whole: bool = True
    unit: Words | None = None
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class TextStep(_Step):
    """The client's own words, within length bounds in characters. The answer is a str."""

    min_length: int = 1
    max_length: int = 2000
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class TimeStep(_Step):
    """A wall time. The answer is a str such as ``18:30``."""

    earliest: time = time(0, 0)
    latest: time = time(23, 59)
    kind: Literal["time"] = "time"


@dataclass(frozen=True, slots=True)
class DateStep(_Step):
    """A local date, within bounds in days from today. The answer is a str such as
    ``2026-11-24``.
    """

    earliest: int | None = None
    latest: int | None = None
    kind: Literal["date"] = "date"


Step = (
    MessageStep
    | ChoiceStep
    | SeveralStep
    | YesNoStep
    | ScaleStep
    | NumberStep
    | TextStep
    | TimeStep
    | DateStep
)


@dataclass(frozen=True, slots=True)
class Flow:
    """A published script: its steps and its schedule."""

    id: str
    fingerprint: str
    """SHA-256 of the text, in hex: the id of this version."""
    title: Words
    schedule: Schedule
    steps: tuple[Step, ...]
    languages: tuple[Language, ...]
    default: bool = False
    """True where a client is enrolled in it on consent."""
    priority: int = 5
    """1 comes first, 9 is thinned first where a week has no room for all."""
    blocks: tuple[Block, ...] = ()
    values: tuple[Computed, ...] = ()
    scores: tuple[Score, ...] = ()
    needs: Needs = field(default_factory=Needs)
    """What its texts, conditions and blocks want to know from outside."""

    def step(self, step_id: str) -> Step:
        """The step of that id. KeyError: the flow has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)
