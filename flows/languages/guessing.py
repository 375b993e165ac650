"""Guesses whether a text is in another language than it is said to be, by the little words that
people type in each. Cheap and rough: enough to warn, never to decide.
"""

from __future__ import annotations

import re

from flows.languages.registry import tongue_of, tongues
from flows.languages.tongue import Language, Tongue

_LITTLE = ("and", "on_day", "at", "to_place", "beside_number", "until", "next", "a_single")
_WORD = re.compile(r"[^\W\d_]+")
CLEAR = 2
"""So many little words more than in its own language make a text another one's."""


def another_tongue(text: str, language: Language) -> Tongue | None:
    """The language that the text seems to be in, where that is clearly not its own."""
    words = set(_WORD.findall(text.casefold()))
    own = tongue_of(language)
    found = [(len(words & _little(tongue)), tongue) for tongue in tongues()]
    most, likeliest = max(found, key=lambda each: each[0])
    mine = next(count for count, tongue in found if tongue.code == own.code)
    return likeliest if most >= mine + CLEAR else None


def _little(tongue: Tongue) -> set[str]:
    """The little words of this language that no other one has."""
    others = {word for other in tongues() if other.code != tongue.code for word in _words(other)}
    return _words(tongue) - others


def _words(tongue: Tongue) -> set[str]:
    return {word for sort in _LITTLE for word in tongue.typed[sort]}
