"""Yes or no, by its button or as people type it in English or German."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flows.authoring.words import Words
from flows.kinds.keys import Keys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value, pick
from flows.kinds.step import Shared, Step
from flows.kinds.typed import word
from flows.languages import Language

YES = Words((("en", "Yes"), ("de", "Ja")), neutral=True)
NO = Words((("en", "No"), ("de", "Nein")), neutral=True)

_TYPED = {"yes": True, "y": True, "ja": True, "j": True, "no": False, "n": False, "nein": False}


@dataclass(frozen=True, slots=True)
class YesNoStep(Step):
    """Yes or no. The answer is a bool."""

    kind: ClassVar[str] = "yes_no"


class YesNo(Kind[Keys, YesNoStep]):
    """The kind with two answers."""

    step = YesNoStep
    keys = Keys
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

    def build(self, shared: Shared, keys: Keys) -> YesNoStep:
        return YesNoStep(**shared)

    def unfit(self, keys: Keys, answer: Any) -> Unfit | None:
        if isinstance(answer, bool):
            return None
        return f"is no answer to `{keys.id}`.", "Write true or false, without quotes."

    def sort(self, keys: Keys) -> Sort | None:
        return "bool"

    def ask(self, step: YesNoStep, language: Language) -> Asked:
        """Two buttons, yes first."""
        return Asked(choices=(YES.say(language), NO.say(language)))

    def accept(
        self, step: YesNoStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """A bool; both languages are understood in either."""
        if isinstance(reply, int):
            return pick((True, False), reply)
        said = _TYPED.get(word(reply))
        return Refused("not_an_option") if said is None else Fits(said)

    def show(self, step: YesNoStep, value: Value, language: Language) -> str:
        """The label of the button."""
        return (YES if value else NO).say(language)

    def range_of(self, step: YesNoStep) -> tuple[float, float] | None:
        return 0, 1

    def branches(self, step: YesNoStep) -> tuple[tuple[Value, str], ...]:
        return (True, "yes"), (False, "no")

    def describe(self, step: YesNoStep, language: Language) -> str:
        return ""
