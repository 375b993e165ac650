"""A number that is typed, within bounds, whole or not."""

from __future__ import annotations

from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply
from flows.engine.steps.typed import number
from flows.script.flow import Language, NumberStep


def ask(step: NumberStep, language: Language) -> Asked:
    """No buttons: there are too many numbers."""
    return Asked()


def accept(step: NumberStep, reply: Reply, language: Language) -> Fits | Refused:
    """An int where the step asks for whole numbers, else a float."""
    if isinstance(reply, int):
        return Refused("not_an_option")
    value = number(reply, whole=step.whole)
    if value is None:
        return Refused("not_a_number")
    if step.whole and not isinstance(value, int):
        return Refused("not_whole")
    if not step.min <= value <= step.max:
        return Refused("out_of_range")
    return Fits(value if step.whole else float(value))


def show(step: NumberStep, value: Value, language: Language) -> str:
    """The number with the language's decimal sign, without needless zeros, and its unit."""
    text = str(value).removesuffix(".0")
    shown = text if language == "en" else text.replace(".", ",")
    return f"{shown} {step.unit.say(language)}" if step.unit else shown


KIND = Kind(NumberStep, ask, accept, show)
