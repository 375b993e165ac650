"""The better end of a measure, as far as an author says it or the words tell.

Used by ``measures``. It compares what stands at the ends of scales and knows words of the languages
for good and bad; where they do not tell, it says so, and the author is asked. It reads no meaning
into a question, but sees whether two are the same: "How tense were you?" may have the same ends as
"How calm were you?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flows.authoring.words import Words
from flows.kinds.step import Better
from flows.languages import Language, tongue_of

Compared = Literal["same", "turned", "unknown"]
"""The comparison of two measures' directions."""

_LIKE = 0.5
"""So much of the words at two ends must be the same before they are taken for one end."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of a measure: what stands at them, and which one its author calls better."""

    low: Words | None = None
    high: Words | None = None
    better: Better | None = None
    question: Words | None = None
    """The question that they belong to."""


def told(ends: Ends) -> Better | None:
    """The better end: the one that the author names, or the one whose words are good ones."""
    if ends.better is not None or ends.low is None or ends.high is None:
        return ends.better
    found: set[Better] = set()
    for low, high, language in _texts(ends.low, ends.high):
        weight = _weight(high, language) - _weight(low, language)
        if weight:
            found.add("high" if weight > 0 else "low")
    return found.pop() if len(found) == 1 else None


def compared(one: Ends, other: Ends) -> Compared:
    """Say whether two measures have one direction, by what is said, then by their words."""
    first, second = told(one), told(other)
    if first is not None and second is not None:
        return "same" if first == second else "turned"
    if one.low and one.high and other.low and other.high:
        alike = _alike((one.low, one.high), (other.low, other.high))
    else:
        # numbers that are typed have no words at their ends
        alike = "same" if one.better is None and other.better is None else "unknown"
    return "unknown" if alike == "same" and not asks_alike(one, other) else alike


def asks_alike(one: Ends, other: Ends) -> bool:
    """True where both belong to the same question, in every language in which both are asked.

    Without such a language nothing tells that they do.
    """
    if one.question is None or other.question is None:
        return True
    there = dict(other.question.by_language)
    shared = [(text, there[lang]) for lang, text in one.question.by_language if lang in there]
    return bool(shared) and all(_in_words(here) == _in_words(text) for here, text in shared)


def _alike(one: tuple[Words, Words], other: tuple[Words, Words]) -> Compared:
    there = {language: (low, high) for low, high, language in _texts(*other)}
    for low, high, language in _texts(*one):
        if language not in there:
            continue
        low_there, high_there = there[language]
        straight = _shared(low, low_there) + _shared(high, high_there)
        crossed = _shared(low, high_there) + _shared(high, low_there)
        if straight != crossed and max(straight, crossed) >= _LIKE:
            return "same" if straight > crossed else "turned"
    return "unknown"


def _texts(low: Words, high: Words) -> Iterator[tuple[frozenset[str], frozenset[str], Language]]:
    """The words at both ends in each language in which both are written."""
    highs = dict(high.by_language)
    for language, text in low.by_language:
        if language in highs:
            yield _words(text), _words(highs[language]), language


def _words(text: str) -> frozenset[str]:
    return frozenset(_in_words(text))


def _in_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The part of their words that two ends share, from 0 to 1."""
    return len(one & other) / max(1, len(one | other))


def _weight(words: frozenset[str], language: Language) -> int:
    """1 for good words, -1 for bad ones, 0 for neither or both; a "not" turns it round."""
    known = tongue_of(language).ends
    good, bad, turning = (words & known.get(sort, frozenset()) for sort in ("good", "bad", "not"))
    weight = bool(good) - bool(bad)
    return -weight if turning else weight
