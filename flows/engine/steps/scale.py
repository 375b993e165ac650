"""A scale: a whole number between two labelled ends, by its button or typed."""

from __future__ import annotations

from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply, pick
from flows.engine.steps.typed import number
from flows.script.flow import Language, ScaleStep


def ask(step: ScaleStep, language: Language) -> Asked:
    """One button a number, lowest first, and the labels of both ends."""
    numbers = tuple(str(value) for value in range(step.min, step.max + 1))
    return Asked(numbers, low=step.low.say(language), high=step.high.say(language))


def accept(step: ScaleStep, reply: Reply, language: Language) -> Fits | Refused:
    """An int within the ends."""
    if isinstance(reply, int):
        return pick(tuple(range(step.min, step.max + 1)), reply)
    value = number(reply, whole=True)
    if value is None:
        return Refused("not_a_number")
    if not isinstance(value, int):
        return Refused("not_whole")
    return Fits(value) if step.min <= value <= step.max else Refused("out_of_range")


def show(step: ScaleStep, value: Value, language: Language) -> str:
    """The number."""
    return str(value)


KIND = Kind(ScaleStep, ask, accept, show)
