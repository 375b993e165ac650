"""A step of a flow: what every kind of step has, and the parts of which steps are made.

Extended by the modules of the kinds; held by ``Flow``. It never holds a client's data: one value
serves every check-in of its version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypedDict

from flows.authoring.words import Condition, Words

END = "end"
"""The target of a jump that leads to the end of the flow."""

RATHER_NOT_SAY = "rather_not_say"
"""The answer of a client who would rather not say, stored as itself: neither a skip nor a zero."""


Better = Literal["high", "low"]
"""The better end of a measure."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    id: str
    label: Words
    exclusive: bool = False
    """True where it cannot be picked beside another one: "none of these"."""
    last: bool = False
    """True where it keeps its place at the end when the others come in a drawn order."""
    risk: bool = False
    """True where the author names it as a sign of danger: the crisis card follows."""


@dataclass(frozen=True, slots=True)
class Reflection:
    """A short reply in front of the next prompt; the first whose condition holds is said."""

    say: Words
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """The place to go on: a later step's id, or ``END``; without a condition, always."""

    to: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The fields that every kind of step has."""

    kind: ClassVar[str]
    """The name of the step's kind, as an author writes it."""

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


class Shared(TypedDict):
    """The parts of a step that are built alike for every kind."""

    id: str
    ask: Words
    help: Words | None
    condition: Condition | None
    optional: bool
    measures: str | None
    rather_not_say: bool
    wordings: tuple[Words, ...]
    reflections: tuple[Reflection, ...]
    jumps: tuple[Jump, ...]
