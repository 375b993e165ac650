"""A number that is typed, within bounds, whole or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from flows.authoring.report import Loc, Report
from flows.authoring.values import label
from flows.authoring.words import Words
from flows.kinds import bounds
from flows.kinds.figures import Reading, readings, without_unit
from flows.kinds.keys import RatedKeys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value
from flows.kinds.spoken import in_figures
from flows.kinds.step import Better, Shared, Step
from flows.languages import Language

if TYPE_CHECKING:
    from flows.authoring.toml_tables import WordsShape

LEAST, MOST = 0, 1_000_000
"""The bounds of a number whose author gives none."""


class NumberKeys(RatedKeys):
    """The numbers that are taken, and the things that they count."""

    whole: Annotated[bool | None, "false: numbers with decimals are taken as well."]
    unit: Annotated[WordsShape | None, "What the number counts."]


@dataclass(frozen=True, slots=True)
class NumberStep(Step):
    """A typed number between ``min`` and ``max``. The answer is a float, or an int if ``whole``."""

    min: float = LEAST
    max: float = MOST
    whole: bool = True
    unit: Words | None = None
    better: Better | None = None
    """The better end, where the author says so."""
    risk_at_least: float | None = None
    """From this number on the author names it as a sign of danger."""
    risk_at_most: float | None = None
    """Down from this number, likewise."""
    kind: ClassVar[str] = "number"


class Number(Kind[NumberKeys, NumberStep]):
    """The kind that is typed in figures."""

    step = NumberStep
    keys = NumberKeys
    called = "number"
    does = "types a number"
    is_decided = True
    is_counted = True
    samples = (
        Sample(
            "min = -10\nmax = 10\nwhole = false",
            fitting=(("2.5", 2.5), ("-3", -3.0)),
            refused=((0, "not_an_option"), ("many", "not_a_number"), ("11", "out_of_range")),
            condition="it < 0",
        ),
        Sample(
            "min = 0\nmax = 24",
            fitting=(("7", 7),),
            refused=(("7.5", "not_whole"),),
            condition="it > 8",
        ),
        Sample(
            "max = 100000\nwhole = false",
            fitting=(("1,500", 1500.0), ("1.5", 1.5), ("1,234.5", 1234.5), ("0.500", 0.5)),
            refused=(("1.500", "ambiguous_number"),),
            condition="it > 8",
        ),
    )

    def build(self, shared: Shared, keys: NumberKeys) -> NumberStep:
        return NumberStep(
            **shared,
            min=LEAST if keys.min is None else keys.min,
            max=MOST if keys.max is None else keys.max,
            whole=_is_whole(keys),
            unit=None if keys.unit is None else label(keys.unit),
            better=bounds.better(keys),
            risk_at_least=keys.risk_at_least,
            risk_at_most=keys.risk_at_most,
        )

    def check(self, found: Report, keys: NumberKeys, loc: Loc) -> None:
        otherwise = ", or `whole = false`"
        bounds.check(found, keys, loc, whole=_is_whole(keys), otherwise=otherwise)

    def unfit(self, keys: NumberKeys, answer: Any) -> Unfit | None:
        return bounds.unfit(keys, answer, whole=_is_whole(keys))

    def sort(self, keys: NumberKeys) -> Sort | None:
        return "int" if _is_whole(keys) else "number"

    def ends(self, keys: NumberKeys) -> tuple[float, float] | None:
        return (LEAST if keys.min is None else keys.min), (MOST if keys.max is None else keys.max)

    def is_reversible(self, keys: NumberKeys) -> bool:
        return keys.min is not None and keys.max is not None

    def ask(self, step: NumberStep, language: Language) -> Asked:
        """No buttons: there are too many numbers."""
        return Asked()

    def accept(
        self, step: NumberStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """An int where the step asks for whole numbers, else a float; its unit may be said."""
        if isinstance(reply, int):
            return Refused("not_an_option")
        found = readings(without_unit(reply, step.unit), language)
        if not found:
            return Refused("not_a_number")
        return _whole_of(step, found) if step.whole else _any_of(step, found)

    def show(self, step: NumberStep, value: Value, language: Language) -> str:
        """The number with the language's decimal sign, without needless zeros, and its unit."""
        shown = in_figures(value, language) if isinstance(value, int | float) else str(value)
        return f"{shown} {step.unit.say(language)}" if step.unit else shown

    def is_risk(self, step: NumberStep, value: Value) -> bool:
        return bounds.is_danger(value, step.risk_at_least, step.risk_at_most)

    def range_of(self, step: NumberStep) -> tuple[float, float] | None:
        return step.min, step.max

    def better(self, step: NumberStep) -> Better | None:
        return step.better

    def describe(self, step: NumberStep, language: Language) -> str:
        unit = f" {step.unit.say(language)}" if step.unit else ""
        whole = "a whole number" if step.whole else "a number"
        danger = bounds.danger_in_words(step.risk_at_least, step.risk_at_most)
        return f"{whole} from {step.min:g} to {step.max:g}{unit}{danger}"

    def labels(self, step: NumberStep) -> tuple[tuple[str, Words | None], ...]:
        return (("unit", step.unit),)

    def limits(self, step: NumberStep) -> tuple[object, ...]:
        return step.min, step.max, step.whole, step.risk_at_least, step.risk_at_most


def _is_whole(keys: NumberKeys) -> bool:
    return keys.whole is not False


def _whole_of(step: NumberStep, found: tuple[Reading, ...]) -> Fits | Refused:
    """Read any mark as one that parts thousands, since a whole number is asked."""
    pool = [one for one in found if one.grouped] or found
    values = [one.value for one in pool if isinstance(one.value, int)]
    if not values:
        return Refused("not_whole")
    return Fits(values[0]) if _is_inside(step, values[0]) else Refused("out_of_range")


def _any_of(step: NumberStep, found: tuple[Reading, ...]) -> Fits | Refused:
    """The number by the customs of the client's language; asked back where it may be another.

    "1.500" is fifteen hundred to a German. From somebody who writes "1.5" for one and a half it
    may be either, so that only the bounds of the step can tell.
    """
    first, *others = found
    inside = [one for one in found if _is_inside(step, one.value)]
    if not inside:
        return Refused("out_of_range")
    if others and first not in inside and first.grouped:
        return Refused("ambiguous_number")
    if len(inside) > 1 and not first.grouped:
        return Refused("ambiguous_number")
    return Fits(float(inside[0].value))


def _is_inside(step: NumberStep, value: float) -> bool:
    return step.min <= value <= step.max
