"""Yes or no, by its button or as people type it in any language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from flows.kinds.keys import Keys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value, pick
from flows.kinds.step import Shared, Step
from flows.kinds.typed import word
from flows.languages import Language, button, meant


class YesNoKeys(Keys):
    """The author's word on a yes as a sign of danger."""

    risk: Annotated[
        bool | None, "true: this answer, or a yes, is a sign of danger; the crisis card follows."
    ]


@dataclass(frozen=True, slots=True)
class YesNoStep(Step):
    """Yes or no. The answer is a bool."""

    risk: bool = False
    """True where the author names a yes as a sign of danger."""
    kind: ClassVar[str] = "yes_no"


class YesNo(Kind[YesNoKeys, YesNoStep]):
    """The kind with two answers."""

    step = YesNoStep
    keys = YesNoKeys
    called = "yes or no"
    does = "taps yes or no"
    is_decided = True
    samples = (
        Sample(
            "",
            fitting=((0, True), ("nein", False), ("Y", True)),
            refused=(("perhaps", "not_an_option"), (2, "not_an_option")),
            condition="!it",
        ),
    )

    def build(self, shared: Shared, keys: YesNoKeys) -> YesNoStep:
        return YesNoStep(**shared, risk=bool(keys.risk))

    def unfit(self, keys: YesNoKeys, answer: Any) -> Unfit | None:
        if isinstance(answer, bool):
            return None
        return f"is no answer to `{keys.id}`.", "Write true or false, without quotes."

    def sort(self, keys: YesNoKeys) -> Sort | None:
        return "bool"

    def ask(self, step: YesNoStep, language: Language) -> Asked:
        """Two buttons, yes first."""
        return Asked(choices=(button(language, "yes"), button(language, "no")))

    def accept(
        self, step: YesNoStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """A bool; every language is understood in any."""
        if isinstance(reply, int):
            return pick((True, False), reply)
        said = meant(word(reply), language, "yes", "no")
        return Refused("not_an_option") if said is None else Fits(said == "yes")

    def show(self, step: YesNoStep, value: Value, language: Language) -> str:
        """The label of the button."""
        return button(language, "yes" if value else "no")

    def range_of(self, step: YesNoStep) -> tuple[float, float] | None:
        return 0, 1

    def is_risk(self, step: YesNoStep, value: Value) -> bool:
        return step.risk and value is True

    def branches(self, step: YesNoStep) -> tuple[tuple[Value, str], ...]:
        return (True, "yes"), (False, "no")

    def describe(self, step: YesNoStep, language: Language) -> str:
        return "yes is a sign of danger" if step.risk else ""

    def limits(self, step: YesNoStep) -> tuple[object, ...]:
        return (step.risk,)
