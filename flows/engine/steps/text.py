"""Text: the client's own words, kept as they were written."""

from __future__ import annotations

from datetime import date

from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply
from flows.engine.steps.typed import clean
from flows.languages import Language
from flows.script.flow import TextStep


def ask(step: TextStep, language: Language) -> Asked:
    """No buttons."""
    return Asked()


def accept(step: TextStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """The words, trimmed and without control characters; never shortened."""
    if isinstance(reply, int):
        return Refused("not_an_option")
    words = clean(reply)
    if not words:
        return Refused("empty")
    if len(words) < step.min_length:
        return Refused("too_short")
    return Fits(words) if len(words) <= step.max_length else Refused("too_long")


def show(step: TextStep, value: Value, language: Language) -> str:
    """The words."""
    return str(value)


KIND = Kind(TextStep, ask, accept, show)
