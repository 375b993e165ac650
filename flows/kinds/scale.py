"""A scale: whole numbers between two labelled ends, or with a label each; tapped or typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from flows.authoring.report import Loc, Report
from flows.authoring.values import given, label
from flows.authoring.words import Words
from flows.kinds import bounds
from flows.kinds.keys import RatedKeys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value, pick
from flows.kinds.likeness import check_labels
from flows.kinds.step import Better, Shared, Step
from flows.kinds.typed import number, word
from flows.languages import Language

if TYPE_CHECKING:
    from flows.authoring.toml_tables import LabelShape, WordsShape

WIDEST = 11
"""So many number buttons can be read and hit on a phone."""


class ScaleKeys(RatedKeys):
    """The numbers of the scale, and their labels."""

    low: Annotated[WordsShape | None, "The label of the lower end of a scale."]
    high: Annotated[WordsShape | None, "The label of the upper end of a scale."]
    labels: Annotated[
        list[LabelShape] | None, "A label for every value of a scale, the lowest first."
    ]


@dataclass(frozen=True, slots=True)
class ScaleStep(Step):
    """A whole number from ``min`` to ``max``, the ends or every value labelled. The answer
    is an int.
    """

    min: int = 0
    max: int = 10
    low: Words = field(default_factory=lambda: Words(()))
    high: Words = field(default_factory=lambda: Words(()))
    labels: tuple[tuple[int, Words], ...] = ()
    """A label for every value, in the order of the scale; then ``low`` and ``high`` are empty."""
    better: Better | None = None
    """The better end, where the author says so."""
    risk_at_least: float | None = None
    """From this number on the author names it as a sign of danger."""
    risk_at_most: float | None = None
    """Down from this number, likewise."""
    kind: ClassVar[str] = "scale"


class Scale(Kind[ScaleKeys, ScaleStep]):
    """The kind with one number out of a few."""

    step = ScaleStep
    keys = ScaleKeys
    called = "scale"
    does = "taps a number, at most 11 of them"
    keys_in_guide = (
        "`min`, `max`, `better`, `risk_at_least`, `risk_at_most`, "
        "and `low` with `high`, or `labels`"
    )
    needed = ("min", "max")
    either = (("low", "high"), ("labels",))
    examples: Mapping[str, str] = {
        "min": "the lowest number: `min = 0`.",
        "max": "the highest number: `max = 10`.",
        "low": 'the words for the lowest number: `low.en = "not at all"`.',
        "high": 'the words for the highest number: `high.en = "completely"`.',
    }
    is_decided = True
    is_counted = True
    samples = (
        Sample(
            'min = 0\nmax = 10\nlow.en = "low"\nlow.de = "tief"\n'
            'high.en = "high"\nhigh.de = "hoch"',
            fitting=((3, 3), ("7", 7)),
            refused=(
                (11, "not_an_option"),
                ("so so", "not_a_number"),
                ("7.5", "not_whole"),
                ("11", "out_of_range"),
            ),
            condition="it >= 2",
        ),
        Sample(
            'min = 1\nmax = 3\nlabels = [{ value = 1, en = "never", de = "nie" },'
            ' { value = 2, en = "at times", de = "manchmal" },'
            ' { value = 3, en = "always", de = "immer" }]',
            fitting=((0, 1), ("3", 3), ("At times", 2)),
            condition="it >= 2",
        ),
    )

    def build(self, shared: Shared, keys: ScaleKeys) -> ScaleStep:
        least, most = int(given(keys.min)), int(given(keys.max))
        ends: dict[str, Any] = {
            "better": bounds.better(keys),
            "risk_at_least": keys.risk_at_least,
            "risk_at_most": keys.risk_at_most,
        }
        if keys.labels is not None:
            labels = tuple((given(one.value), label(one)) for one in keys.labels)
            return ScaleStep(**shared, min=least, max=most, labels=labels, **ends)
        low, high = label(given(keys.low)), label(given(keys.high))
        return ScaleStep(**shared, min=least, max=most, low=low, high=high, **ends)

    def check(self, found: Report, keys: ScaleKeys, loc: Loc) -> None:
        bounds.check(found, keys, loc, whole=True)
        if keys.min is not None and keys.max is not None and keys.max - keys.min >= WIDEST:
            message = f"A scale from {keys.min:g} to {keys.max:g} has too many numbers for buttons."
            hint = f"Use at most {WIDEST} numbers, such as 0 to 10, or the kind `number`."
            found.at_value("F100", (*loc, "max"), message, hint)
        if keys.labels is not None:
            _check_labels(found, keys, loc)
            own = ("rather_not_say",) if keys.rather_not_say else ()
            check_labels(found, keys.labels, (*loc, "labels"), own)

    def unfit(self, keys: ScaleKeys, answer: Any) -> Unfit | None:
        return bounds.unfit(keys, answer, whole=True)

    def sort(self, keys: ScaleKeys) -> Sort | None:
        return "int"

    def ends(self, keys: ScaleKeys) -> tuple[float, float] | None:
        return None if keys.min is None or keys.max is None else (keys.min, keys.max)

    def ask(self, step: ScaleStep, language: Language) -> Asked:
        """One button a value, lowest first: its number, and the labels of both ends; or its
        label.
        """
        numbers = tuple(str(value) for value in range(step.min, step.max + 1))
        if step.labels:
            return Asked(tuple(words.say(language) for _, words in step.labels), typed=numbers)
        return Asked(numbers, low=step.low.say(language), high=step.high.say(language))

    def accept(
        self, step: ScaleStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """An int within the ends. A label wins over a number, where a label looks like one."""
        if isinstance(reply, int):
            return pick(_values(step), reply)
        labelled = _labelled(step, reply, language)
        if labelled is not None:
            return Fits(labelled)
        value = number(reply)
        if value is None:
            return Refused("not_a_number")
        if not isinstance(value, int):
            return Refused("not_whole")
        return Fits(value) if step.min <= value <= step.max else Refused("out_of_range")

    def show(self, step: ScaleStep, value: Value, language: Language) -> str:
        """The label of the value where each has one, else the number."""
        return next((w.say(language) for known, w in step.labels if known == value), str(value))

    def report(self, step: ScaleStep, value: Value, language: Language) -> str:
        """A number with the highest beside it."""
        shown = self.show(step, value, language)
        return shown if step.labels else f"{shown}/{step.max}"

    def is_risk(self, step: ScaleStep, value: Value) -> bool:
        return bounds.is_danger(value, step.risk_at_least, step.risk_at_most)

    def range_of(self, step: ScaleStep) -> tuple[float, float] | None:
        return step.min, step.max

    def better(self, step: ScaleStep) -> Better | None:
        return step.better

    def describe(self, step: ScaleStep, language: Language) -> str:
        danger = bounds.danger_in_words(step.risk_at_least, step.risk_at_most)
        if step.labels:
            each = (f"{value} = {words.say(language)}" for value, words in step.labels)
            return f"{' · '.join(each)}{danger}"
        low, high = step.low.say(language), step.high.say(language)
        return f"{step.min} = {low} … {step.max} = {high}{danger}"

    def labels(self, step: ScaleStep) -> tuple[tuple[str, Words | None], ...]:
        ends = (("label of the lower end", step.low), ("label of the upper end", step.high))
        return (*ends, *((f"label of {value}", words) for value, words in step.labels))

    def limits(self, step: ScaleStep) -> tuple[object, ...]:
        return step.min, step.max, step.risk_at_least, step.risk_at_most


def _check_labels(found: Report, keys: ScaleKeys, loc: Loc) -> None:
    """Either the ends are labelled or every value, from the lowest to the highest."""
    for key in ("low", "high"):
        if getattr(keys, key) is not None:
            message = f"Where every value has a label, `{key}` has no effect."
            found.at_key("F016", (*loc, key), message, "Remove it, or `labels`.")
    values = [one.value for one in keys.labels or []]
    if keys.min is None or keys.max is None or None in values or keys.max - keys.min > 100:
        return
    wanted = list(range(int(keys.min), int(keys.max) + 1))
    if values != wanted:
        message = f"The labels are not those of {keys.min:g} to {keys.max:g} in this order."
        hint = "Give one label to each value, the lowest first."
        found.at_value("F070", (*loc, "labels"), message, hint)


def _values(step: ScaleStep) -> tuple[int, ...]:
    if step.labels:
        return tuple(value for value, _ in step.labels)
    return tuple(range(step.min, step.max + 1))


def _labelled(step: ScaleStep, typed: str, language: Language) -> int | None:
    wanted = word(typed)
    return next((v for v, words in step.labels if word(words.say(language)) == wanted), None)
