"""A choice: one of several options, by its button, its label or its number in the list."""

from __future__ import annotations

from datetime import date

from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply, pick
from flows.engine.steps.typed import number, word
from flows.languages import Language
from flows.script.flow import ChoiceStep


def ask(step: ChoiceStep, language: Language) -> Asked:
    """One button an option, in the author's order."""
    return Asked(choices=tuple(option.label.say(language) for option in step.options))


def accept(step: ChoiceStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """The id of the option. A label wins over a number, where a label looks like one."""
    ids = tuple(option.id for option in step.options)
    if isinstance(reply, int):
        return pick(ids, reply)
    wanted = word(reply)
    for option in step.options:
        if word(option.label.say(language)) == wanted:
            return Fits(option.id)
    place = number(wanted, whole=True)
    return pick(ids, place - 1) if isinstance(place, int) else Refused("not_an_option")


def show(step: ChoiceStep, value: Value, language: Language) -> str:
    """The label of the chosen option."""
    return next((o.label.say(language) for o in step.options if o.id == value), str(value))


KIND = Kind(ChoiceStep, ask, accept, show)
