"""Every kind of step. A kind that is not listed here does not exist; a test walks the list."""

from __future__ import annotations

from typing import Any

from flows.kinds import choice, date, message, number, scale, several, text, time, yes_no
from flows.kinds.kind import Kind
from flows.kinds.step import Step

KINDS: tuple[Kind[Any, Any], ...] = (
    message.Message(),
    choice.Choice(),
    several.Several(),
    yes_no.YesNo(),
    scale.Scale(),
    number.Number(),
    text.Text(),
    time.Time(),
    date.Date(),
)

BY_NAME: dict[str, Kind[Any, Any]] = {kind.step.kind: kind for kind in KINDS}
"""The kinds by the name that an author writes, in the order of the guide."""


def kind_of(step: Step) -> Kind[Any, Any]:
    """The kind of a step."""
    return BY_NAME[step.kind]


def kind_named(name: str | None) -> Kind[Any, Any] | None:
    """The kind of that name; None where there is none."""
    return BY_NAME.get(name or "")


def asks(step: Step) -> bool:
    """True where the step wants an answer; False where it is only said."""
    return kind_of(step).asks


def is_only_said(name: str | None) -> bool:
    """True where there is a kind of that name whose steps want no answer."""
    kind = kind_named(name)
    return kind is not None and not kind.asks
