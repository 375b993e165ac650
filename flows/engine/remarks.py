"""Text that a client typed and that is no answer: a remark worth keeping, a word of thanks, the
word of a button, or a slip.

Used by the engine, and by the bot's services where a question asked for a number or a button, and
outside of check-ins. It never reads a meaning into words; it looks only at what kind of text they
are.
"""

from __future__ import annotations

import re

from flows.kinds.figures import words_of_units
from flows.kinds.typed import clean, word
from flows.languages import Language, meant

_SIGNS = frozenset("👍🙏❤💚💙🙂😊👌")
_VARIANTS = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff\\s]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_BESIDE_A_NUMBER = ("beside_number", "and", "at", "o_clock")
"""Sorts of words that say no more than the number beside which they stand."""


def is_thanks(text: str, language: Language) -> bool:
    """True for "thanks", a thumbs-up and the like, with nothing else beside it."""
    signs = _VARIANTS.sub("", clean(text))
    if signs and all(sign in _SIGNS for sign in signs):
        return True
    words = word("".join(sign for sign in text if sign not in _SIGNS)).rstrip(" ,")
    return meant(words, language, "thanks") is not None


def is_button(text: str, language: Language) -> bool:
    """True for a word that does what a button under the open question does, such as "skip"."""
    return meant(word(text), language, "skip", "back", "later", "show_again") is not None


def asks_to_stop(text: str, language: Language) -> bool:
    """True for "stop" and its kin with nothing else beside it: what ``/stop`` asks for."""
    return meant(word(text), language, "stop") is not None


def is_remark(text: str, language: Language) -> bool:
    """True where a text that is no answer says something in words: "I feel sick", "slept 3 hours".

    A mere number is none, also with its unit or as a range: "11", "20 €", "7/10", "about 7".
    """
    if is_thanks(text, language):
        return False
    words = _WORD.findall(word(text))
    has_figure = any(sign.isdigit() for sign in text)
    return any(not (has_figure and _tells_a_number(found, language)) for found in words)


def _tells_a_number(found: str, language: Language) -> bool:
    """True for the name of a unit, and for what stands beside numbers, such as "about"."""
    return found in words_of_units() or meant(found, language, *_BESIDE_A_NUMBER) is not None
