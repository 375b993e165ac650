"""A number that is typed, within bounds, whole or not."""

from __future__ import annotations

from datetime import date

from flows.engine.check_in import Value
from flows.engine.spoken import in_figures
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply
from flows.engine.steps.typed import number
from flows.languages import Language
from flows.script.flow import NumberStep


def ask(step: NumberStep, language: Language) -> Asked:
    """No buttons: there are too many numbers."""
    return Asked()


def accept(step: NumberStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
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
    shown = in_figures(value, language) if isinstance(value, int | float) else str(value)
    return f"{shown} {step.unit.say(language)}" if step.unit else shown


KIND = Kind(NumberStep, ask, accept, show)
