"""What every kind of step must say about itself.

Used by the modules beside it and by the engine through ``registry``. A kind never sees the
check-in: it knows its step, a reply, a language and the client's local date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from flows.engine.check_in import Value
from flows.engine.events import Refusal
from flows.languages import Language

S = TypeVar("S")

Reply = int | str
"""A tapped button, counted from 0, or what was typed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question shows besides its text."""

    choices: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None


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
class Kind(Generic[S]):
    """One kind of step: its value in a flow and its three questions."""

    step: type[S]
    ask: Callable[[S, Language], Asked]
    accept: Callable[[S, Reply, Language, date], Fits | Refused]
    show: Callable[[S, Value, Language], str]
    """How the client sees an answer of theirs, uncut."""


def pick(values: tuple[Value, ...], index: int) -> Fits | Refused:
    """The value of a tapped button; refused where there is no such button."""
    if 0 <= index < len(values):
        return Fits(values[index])
    return Refused("not_an_option")
