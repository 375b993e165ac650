"""Shortening texts so that they fit a message, without breaking a character that people see as one.

Used for piped answers, kept answers and whole prompts. Lengths are UTF-16 units, the larger of the
two ways in which Telegram counts.
"""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"

_JOINER = "\u200d"


def length(text: str) -> int:
    """The number of UTF-16 units that the text takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The text itself where it has at most ``limit`` units, else its beginning and an ellipsis."""
    if length(text) <= limit:
        return text
    end, room = 0, limit - 1
    for char in text:
        room -= length(char)
        if room < 0:
            break
        end += 1
    while end > 0 and _is_inside(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS if limit > 0 else ""


def _is_inside(text: str, at: int) -> bool:
    """True where cutting before ``text[at]`` would tear a visible character apart."""
    following = text[at]
    return (
        text[at - 1] == _JOINER
        or following == _JOINER
        or unicodedata.category(following) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= following <= "\U0001f3ff"  # skin tones
    )
