"""A scale: whole numbers between two labelled ends, or with a label each; tapped or typed."""

from __future__ import annotations

from datetime import date

from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply, pick
from flows.engine.steps.typed import number, word
from flows.languages import Language
from flows.script.flow import ScaleStep


def ask(step: ScaleStep, language: Language) -> Asked:
    """One button a value, lowest first: its number, and the labels of both ends; or its label."""
    if step.labels:
        return Asked(tuple(words.say(language) for _, words in step.labels))
    numbers = tuple(str(value) for value in range(step.min, step.max + 1))
    return Asked(numbers, low=step.low.say(language), high=step.high.say(language))


def accept(step: ScaleStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """An int within the ends. A label wins over a number, where a label looks like one."""
    if isinstance(reply, int):
        return pick(_values(step), reply)
    labelled = _labelled(step, reply, language)
    if labelled is not None:
        return Fits(labelled)
    value = number(reply, whole=True)
    if value is None:
        return Refused("not_a_number")
    if not isinstance(value, int):
        return Refused("not_whole")
    return Fits(value) if step.min <= value <= step.max else Refused("out_of_range")


def show(step: ScaleStep, value: Value, language: Language) -> str:
    """The label of the value where each has one, else the number."""
    return next((w.say(language) for known, w in step.labels if known == value), str(value))


def _values(step: ScaleStep) -> tuple[int, ...]:
    if step.labels:
        return tuple(value for value, _ in step.labels)
    return tuple(range(step.min, step.max + 1))


def _labelled(step: ScaleStep, typed: str, language: Language) -> int | None:
    wanted = word(typed)
    return next((v for v, words in step.labels if word(words.say(language)) == wanted), None)


KIND = Kind(ScaleStep, ask, accept, show)
