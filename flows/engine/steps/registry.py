"""Every kind of step. A kind that is not listed here does not exist; a test walks the list."""

from __future__ import annotations

from typing import Any

from flows.engine.steps import choice, date, message, number, scale, several, text, time, yes_no
from flows.engine.steps.kind import Kind
from flows.script.flow import Step

KINDS: tuple[Kind[Any], ...] = (
    message.KIND,
    choice.KIND,
    several.KIND,
    yes_no.KIND,
    scale.KIND,
    number.KIND,
    text.KIND,
    time.KIND,
    date.KIND,
)

_BY_STEP: dict[type[Any], Kind[Any]] = {kind.step: kind for kind in KINDS}


def kind_of(step: Step) -> Kind[Any]:
    """The kind of a step."""
    return _BY_STEP[type(step)]
