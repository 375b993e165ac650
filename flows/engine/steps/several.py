"""Several: any of the options, ticked and confirmed, or typed as labels or numbers in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from flows.authoring.words import Words
from flows.engine.check_in import Value
from flows.engine.spoken import in_words
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply
from flows.engine.steps.typed import word
from flows.languages import Language
from flows.script.flow import SeveralStep

NONE = Words((("en", "None of these"), ("de", "Nichts davon")), neutral=True)
"""How an answer without any option is shown."""

_NOTHING = frozenset({"none", "nothing", "nichts", "keine", "keins", "none of these"})
_BETWEEN = re.compile(r"(?:\s|[,;&+/.!)]|\b(?:and|und)\b)+")
_PLACE = re.compile(r"\d{1,3}(?!\w)", re.ASCII)


def ask(step: SeveralStep, language: Language) -> Asked:
    """One button an option, in the author's order."""
    return Asked(tuple(option.label.say(language) for option in step.options))


def accept(step: SeveralStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """The ids of the options that were typed: "1, 3", "calm and tired". A tap alone is none."""
    if isinstance(reply, int):
        return Refused("not_an_option")
    typed = word(reply)
    if typed in _NOTHING or typed == word(NONE.say(language)):
        return answer_of(step, ())
    places = _places(typed, [word(label) for label in ask(step, language).choices])
    return Refused("not_an_option") if not places else answer_of(step, places)


def answer_of(step: SeveralStep, places: Iterable[int]) -> Fits | Refused:
    """The ids of the options at these places, in their order, if the author takes so many."""
    chosen = set(places)
    if len(chosen) < step.min:
        return Refused("too_few")
    if len(chosen) > step.max:
        return Refused("too_many")
    return Fits(tuple(o.id for place, o in enumerate(step.options) if place in chosen))


def show(step: SeveralStep, value: Value, language: Language) -> str:
    """The labels of the options picked, as a list in words."""
    picked = value if isinstance(value, tuple) else (str(value),)
    labels = [o.label.say(language) for o in step.options if o.id in picked]
    return in_words(labels, language) or NONE.say(language)


def _places(typed: str, labels: list[str]) -> list[int] | None:
    """The places of the options named in a row; None where something in it names none.

    The longest label that fits is taken, so that labels may hold commas or an "and" themselves.
    """
    places, at = [], 0
    while at < len(typed):
        between = _BETWEEN.match(typed, at)
        at = between.end() if between and not _label_at(typed, at, labels) else at
        if at == len(typed):
            break
        found = _label_at(typed, at, labels) or _number_at(typed, at, len(labels))
        if found is None:
            return None
        place, at = found
        places.append(place)
    return places


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


KIND = Kind(SeveralStep, ask, accept, show)
