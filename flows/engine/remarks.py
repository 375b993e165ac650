"""What a client typed that is no answer: a remark worth keeping, a word of thanks, or a slip.

Used by the bot's services where a question asked for a number or a button, and outside of
check-ins. It never reads a meaning into words; it looks only at what kind of text they are.
"""

from __future__ import annotations

import re

from flows.kinds.typed import clean, word
from flows.languages import Language, meant

_SIGNS = frozenset("👍🙏❤💚💙🙂😊👌")
_VARIANTS = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff\\s]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_WORDS_WITH_A_FIGURE = 4
"""From so many words on, a text with a figure in it says more than that figure."""


def is_thanks(text: str, language: Language) -> bool:
    """True for "thanks", a thumbs-up and the like, with nothing else beside it."""
    signs = _VARIANTS.sub("", clean(text))
    if signs and all(sign in _SIGNS for sign in signs):
        return True
    words = word("".join(sign for sign in text if sign not in _SIGNS)).rstrip(" ,")
    return meant(words, language, "thanks") is not None


def is_remark(text: str, language: Language) -> bool:
    """True where a text that is no answer says something in words: "I feel sick", not "11" or
    "20 €".
    """
    if is_thanks(text, language):
        return False
    words = _WORD.findall(clean(text))
    has_figure = any(sign.isdigit() for sign in text)
    return len(words) >= (_WORDS_WITH_A_FIGURE if has_figure else 1)
