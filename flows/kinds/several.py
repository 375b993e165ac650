"""Several: any of the options, ticked and confirmed, or typed as labels or numbers in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, ClassVar

from flows.authoring.report import Loc, Report
from flows.kinds import options
from flows.kinds.keys import BoundKeys, OptionKeys
from flows.kinds.kind import (
    LONGEST_LIST,
    Asked,
    Fits,
    Kind,
    Refused,
    Reply,
    Sample,
    Sort,
    Unfit,
    Value,
)
from flows.kinds.spoken import in_words
from flows.kinds.step import Option, Shared, Step
from flows.kinds.typed import word
from flows.languages import Language, button, meant, typed_words

_PLACE = re.compile(r"\d{1,3}(?!\w)", re.ASCII)
_ANY_COUNT = 1_000_000_000
"""The limit on a count of options where these could not be read."""


class SeveralKeys(OptionKeys, BoundKeys):
    """The options, and how many are picked."""


@dataclass(frozen=True, slots=True)
class SeveralStep(Step):
    """Any of several options, ``min`` to ``max`` of them. The answer is a tuple of option ids."""

    options: tuple[Option, ...] = ()
    min: int = 0
    max: int = 0
    shuffled: bool = False
    """True where the options come in an order that is drawn for each check-in."""
    kind: ClassVar[str] = "several"


class Several(Kind[SeveralKeys, SeveralStep]):
    """The kind with any number of answers out of some."""

    step = SeveralStep
    keys = SeveralKeys
    called = "any of several"
    does = "taps any of the options, then Done"
    keys_in_guide = "`options`, `order`, `min`, `max` (how many)"
    needed = ("options",)
    examples = options.EXAMPLE
    is_listed = True
    is_ticked = True
    samples = (
        Sample(
            'min = 1\nmax = 2\noptions = [{ id = "a", en = "A", de = "A" },'
            ' { id = "b", en = "B", de = "B" }, { id = "c", en = "C and so", de = "C und so" }]',
            fitting=(("1, 3", ("a", "c")), ("c and so", ("c",)), ("b & a", ("a", "b"))),
            refused=(
                (0, "not_an_option"),
                ("D", "not_an_option"),
                ("none", "too_few"),
                ("1 2 3", "too_many"),
            ),
            condition='"a" in it',
        ),
        Sample(
            'order = "random"\noptions = [{ id = "a", en = "A", de = "A" },'
            ' { id = "b", en = "B", de = "B" },'
            ' { id = "none", en = "None of it", de = "Nichts", exclusive = true, last = true }]',
            fitting=(("b and a", ("a", "b")), ("none of it", ("none",)), ("nothing", ("none",))),
            refused=(("a, none of it", "goes_alone"),),
            condition='"a" in it',
        ),
    )

    def build(self, shared: Shared, keys: SeveralKeys) -> SeveralStep:
        offered = options.options_of(keys)
        most = len(offered) if keys.max is None else int(keys.max)
        least, drawn = int(keys.min or 0), keys.order is not None
        return SeveralStep(**shared, options=offered, min=least, max=most, shuffled=drawn)

    def check(self, found: Report, keys: SeveralKeys, loc: Loc) -> None:
        options.check(found, keys, loc, ("done",))
        _check_counts(found, keys, loc)

    def unfit(self, keys: SeveralKeys, answer: Any) -> Unfit | None:
        return options.unfit(keys, answer)

    def sort(self, keys: SeveralKeys) -> Sort | None:
        return "strings"

    def longest(self, keys: SeveralKeys) -> int:
        return LONGEST_LIST

    def ask(self, step: SeveralStep, language: Language) -> Asked:
        """One button an option, in the author's order."""
        labels = tuple(option.label.say(language) for option in step.options)
        return Asked(labels, typed=tuple(str(place) for place in range(1, len(labels) + 1)))

    def accept(
        self, step: SeveralStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """The ids of the options that were typed: "1, 3", "calm and tired". A tap alone is none."""
        if isinstance(reply, int):
            return Refused("not_an_option")
        typed = word(reply)
        labels = [word(label) for label in self.ask(step, language).choices]
        if meant(typed, language, "none") and typed not in labels:
            return self.answer_of(step, _alone(step) if len(_alone(step)) == 1 else ())
        places = _places(typed, labels)
        return Refused("not_an_option") if not places else self.answer_of(step, places)

    def answer_of(self, step: SeveralStep, places: Iterable[int]) -> Fits | Refused:
        """The ids of the options at these places, in their order, if the author takes so many."""
        chosen = set(places)
        if chosen & set(_alone(step)):
            fits = len(chosen) == 1
            return Fits(_ids(step, chosen)) if fits else Refused("goes_alone")
        if len(chosen) < step.min:
            return Refused("too_few")
        if len(chosen) > step.max:
            return Refused("too_many")
        return Fits(_ids(step, chosen))

    def toggled(self, step: SeveralStep, picked: Iterable[int], place: int) -> tuple[int, ...]:
        """An option that goes alone unticks the others, and any other one unticks it."""
        ticked, alone = set(picked), set(_alone(step))
        if place in ticked:
            return tuple(sorted(ticked - {place}))
        beside = set() if place in alone else ticked - alone
        return tuple(sorted(beside | {place}))

    def ticks_of(self, step: SeveralStep, value: Value) -> tuple[int, ...]:
        """The places of the options picked; none of an answer from before it was such a step."""
        if not isinstance(value, tuple):
            return ()
        return tuple(place for place, option in enumerate(step.options) if option.id in value)

    def show(self, step: SeveralStep, value: Value, language: Language) -> str:
        """The labels of the options picked, as a list in words."""
        picked = value if isinstance(value, tuple) else (str(value),)
        labels = [o.label.say(language) for o in step.options if o.id in picked]
        return in_words(labels, language) or button(language, "none")

    def options(self, step: SeveralStep) -> tuple[Option, ...]:
        return step.options

    def is_risk(self, step: SeveralStep, value: Value) -> bool:
        return options.is_risk(step.options, value if isinstance(value, tuple) else ())

    def is_shuffled(self, step: SeveralStep) -> bool:
        return step.shuffled

    def reordered(self, step: SeveralStep, places: Sequence[int]) -> SeveralStep:
        return replace(step, options=tuple(step.options[place] for place in places))

    def in_order(self, step: SeveralStep, value: Value) -> Value:
        """The ids in the author's order."""
        return _ids(step, self.ticks_of(step, value)) if isinstance(value, tuple) else value

    def describe(self, step: SeveralStep, language: Language) -> str:
        labels = options.ordered_in_words(step.options, step.shuffled, language)
        return f"{step.min} to {step.max or len(step.options)} of {labels}"

    def limits(self, step: SeveralStep) -> tuple[object, ...]:
        return step.min, step.max, step.shuffled, options.rules_of(step.options)


def _ids(step: SeveralStep, places: Iterable[int]) -> tuple[str, ...]:
    chosen = set(places)
    return tuple(option.id for place, option in enumerate(step.options) if place in chosen)


def _alone(step: SeveralStep) -> list[int]:
    """The places of the options that cannot be picked beside others."""
    return [place for place, option in enumerate(step.options) if option.exclusive]


def _check_counts(found: Report, keys: SeveralKeys, loc: Loc) -> None:
    count = len(keys.options) if keys.options is not None else _ANY_COUNT
    for key in ("min", "max"):
        bound = getattr(keys, key)
        if bound is None:
            continue
        if not (bound.is_integer() and (key == "max") <= bound <= count):
            message = f"`{key}` does not fit {count} options."
            hint = f"Write a whole number from {int(key == 'max')} to {count}."
            found.at_value("F070", (*loc, key), message, hint)
            return
    if keys.min is not None and keys.max is not None and keys.min > keys.max:
        message = f"`max` ({keys.max:g}) is below `min` ({keys.min:g})."
        found.at_value("F070", (*loc, "max"), message, "Make `max` the larger one.")


def _places(typed: str, labels: list[str]) -> list[int] | None:
    """The places of the options named in a row; None where something in it names none.

    The longest label that fits is taken, so that labels may hold commas or an "and" themselves.
    """
    places, at = [], 0
    between_words = _between(typed_words("and"))
    while at < len(typed):
        between = between_words.match(typed, at)
        at = between.end() if between and not _label_at(typed, at, labels) else at
        if at == len(typed):
            break
        found = _label_at(typed, at, labels) or _number_at(typed, at, len(labels))
        if found is None:
            return None
        place, at = found
        places.append(place)
    return places


@cache
def _between(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:\s|[,;&+/.!)]|\b(?:{'|'.join(map(re.escape, words))})\b)+")


def _label_at(typed: str, at: int, labels: list[str]) -> tuple[int, int] | None:
    fitting = [
        (len(label), place)
        for place, label in enumerate(labels)
        if label and typed.startswith(label, at) and _ends(typed, at + len(label))
    ]
    if not fitting:
        return None
    length, place = max(fitting, key=lambda one: (one[0], -one[1]))
    return place, at + length


def _number_at(typed: str, at: int, count: int) -> tuple[int, int] | None:
    found = _PLACE.match(typed, at)
    if found is None or not 1 <= int(found[0]) <= count:
        return None
    return int(found[0]) - 1, found.end()


def _ends(typed: str, at: int) -> bool:
    """True where a label may end: what follows is not the rest of a longer word."""
    return at == len(typed) or not typed[at].isalnum()
