"""What an author's file means: a ``Flow`` of frozen values.

Made by ``flows.script.parse``; read by the engine, the schedules and the bot. It never holds a
client's data: one value serves every check-in of its version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal

Language = Literal["en", "de", "de_du"]
"""How a person is spoken to: English, German with Sie, German with du."""

LANGUAGES: tuple[Language, ...] = ("en", "de", "de_du")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the languages in which it was written."""

    by_language: tuple[tuple[Language, str], ...]
    neutral: bool = False
    """True where the text addresses nobody, so that German needs no second form."""

    def say(self, language: Language) -> str:
        """The text in ``language``; without a ``de_du`` that of ``de``. KeyError: not written."""
        texts = dict(self.by_language)
        if language == "de_du" and "de_du" not in texts:
            return texts["de"]
        return texts[language]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a step is asked: a CEL expression over earlier steps, or the plain ``only_if`` form.

    ``source`` is always CEL; ``only_if.strain = ["a_little", "yes"]`` is kept as
    ``strain in ["a_little", "yes"]``. A condition that lacks an operand is false, never an error.
    """

    source: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    id: str
    label: Words


@dataclass(frozen=True, slots=True)
class _Step:
    id: str
    ask: Words
    help: Words | None = None
    condition: Condition | None = None
    optional: bool = False
    measures: str | None = None
    """The construct that the answer measures, such as ``alliance.bond`` or ``strain``."""


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
class YesNoStep(_Step):
    """Yes or no. The answer is a bool."""

    kind: Literal["yes_no"] = "yes_no"


@dataclass(frozen=True, slots=True)
class ScaleStep(_Step):
    """A whole number from ``min`` to ``max``, both ends labelled. The answer is an int."""

    min: int = 0
    max: int = 10
    low: Words = field(default_factory=lambda: Words(()))
    high: Words = field(default_factory=lambda: Words(()))
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
    """The client's own words, at most ``max_length`` characters. The answer is a str."""

    max_length: int = 2000
    kind: Literal["text"] = "text"


Step = MessageStep | ChoiceStep | YesNoStep | ScaleStep | NumberStep | TextStep


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these weekdays (0 is Monday) at a wall time of the enrolment's zone."""

    days: tuple[int, ...]
    at_wall: time
    trigger: Literal["weekly"] = "weekly"


@dataclass(frozen=True, slots=True)
class AfterTherapySession:
    """A delay after a therapy session has ended."""

    after: timedelta
    trigger: Literal["therapy_session_end"] = "therapy_session_end"


Trigger = Weekly | AfterTherapySession


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a check-in comes, how often it is recalled, and when it lapses."""

    trigger: Trigger
    on_request: bool = False
    """True where a client may also start it with /checkin."""
    remind: tuple[timedelta, ...] = ()
    """Delays from the first sending."""
    expires_unstarted: timedelta = timedelta(hours=48)
    """From the first sending, while nothing is answered."""
    expires_idle: timedelta = timedelta(hours=24)
    """From the last answer."""
    window: timedelta = timedelta(hours=12)
    """How late, after its planned time, a check-in may still be sent."""


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

    def step(self, step_id: str) -> Step:
        """The step of that id. KeyError: the flow has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)
