"""A choice: one of several options, by its button, its label or its number in the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from flows.authoring.report import Loc, Report
from flows.kinds import options
from flows.kinds.keys import OptionKeys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value, pick
from flows.kinds.step import Option, Shared, Step
from flows.kinds.typed import number, word
from flows.languages import Language


@dataclass(frozen=True, slots=True)
class ChoiceStep(Step):
    """One of several options. The answer is the option's id."""

    options: tuple[Option, ...] = ()
    shuffled: bool = False
    """True where the options come in an order that is drawn for each check-in."""
    kind: ClassVar[str] = "choice"


class Choice(Kind[OptionKeys, ChoiceStep]):
    """The kind with one answer out of some."""

    step = ChoiceStep
    keys = OptionKeys
    called = "one of several"
    does = "taps one of 2 to 30 options"
    needed = ("options",)
    examples = options.EXAMPLE
    is_decided = True
    is_listed = True
    samples = (
        Sample(
            'options = [{ id = "a", en = "A", de = "A" }, { id = "b", en = "B", de = "B" },'
            ' { id = "c", en = "C and so", de = "C und so" }]',
            fitting=((1, "b"), ("c AND so", "c"), ("2", "b")),
            refused=((7, "not_an_option"), ("D", "not_an_option")),
            condition='it in ["a", "b"]',
        ),
        Sample(
            'order = "random"\noptions = [{ id = "a", en = "A", de = "A" },'
            ' { id = "b", en = "B", de = "B" }, { id = "c", en = "C", de = "C", last = true }]',
            fitting=(("b", "b"), ("3", "c")),
            condition='it in ["a", "b"]',
        ),
    )

    def build(self, shared: Shared, keys: OptionKeys) -> ChoiceStep:
        offered = options.options_of(keys)
        return ChoiceStep(**shared, options=offered, shuffled=keys.order is not None)

    def check(self, found: Report, keys: OptionKeys, loc: Loc) -> None:
        options.check(found, keys, loc)
        for place, option in enumerate(keys.options or []):
            if option.exclusive is not None:
                here = (*loc, "options", place, "exclusive")
                message = "Of a `choice` only one option is picked anyway."
                found.at_key("F016", here, message, "Remove it; it belongs to `several`.")

    def unfit(self, keys: OptionKeys, answer: Any) -> Unfit | None:
        return options.unfit(keys, answer)

    def sort(self, keys: OptionKeys) -> Sort | None:
        return "string"

    def ask(self, step: ChoiceStep, language: Language) -> Asked:
        """One button an option, in the author's order."""
        labels = tuple(option.label.say(language) for option in step.options)
        return Asked(labels, typed=tuple(str(place) for place in range(1, len(labels) + 1)))

    def accept(
        self, step: ChoiceStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """The id of the option. A label wins over a number, where a label looks like one."""
        ids = tuple(option.id for option in step.options)
        if isinstance(reply, int):
            return pick(ids, reply)
        wanted = word(reply)
        for option in step.options:
            if word(option.label.say(language)) == wanted:
                return Fits(option.id)
        place = number(wanted)
        return pick(ids, place - 1) if isinstance(place, int) else Refused("not_an_option")

    def show(self, step: ChoiceStep, value: Value, language: Language) -> str:
        """The label of the chosen option."""
        return next((o.label.say(language) for o in step.options if o.id == value), str(value))

    def options(self, step: ChoiceStep) -> tuple[Option, ...]:
        return step.options

    def is_risk(self, step: ChoiceStep, value: Value) -> bool:
        return options.is_risk(step.options, (str(value),))

    def is_shuffled(self, step: ChoiceStep) -> bool:
        return step.shuffled

    def reordered(self, step: ChoiceStep, places: Sequence[int]) -> ChoiceStep:
        return replace(step, options=tuple(step.options[place] for place in places))

    def describe(self, step: ChoiceStep, language: Language) -> str:
        return options.ordered_in_words(step.options, step.shuffled, language)

    def limits(self, step: ChoiceStep) -> tuple[object, ...]:
        return step.shuffled, options.rules_of(step.options)
