"""Characters that look right and are not: typographic quotes, no-break and invisible spaces.

Used by the reader, the shape check and the checks of conditions, which all call them by these
names. It reports nothing itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Odd:
    """One such character: where it stands (from 0), what it is called, and what to type instead."""

    at: int
    name: str
    instead: str


_DOUBLE = "“”„‟«»″＂"
_SINGLE = "‘’‚‛‹›′＇`´"
_DASHES = "−–—‐‑‒"
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "⇒": "=>", "…": "..."}
_NAMED = {
    "\u00a0": ("a no-break space, which looks like an ordinary one", " "),
    "\u202f": ("a narrow no-break space, which looks like an ordinary one", " "),
    "\u2007": ("a no-break space, which looks like an ordinary one", " "),
    "\u00ad": ("an invisible soft hyphen", ""),
    "\u200b": ("an invisible zero-width space", ""),
    "\u200c": ("an invisible zero-width character", ""),
    "\u200d": ("an invisible zero-width character", ""),
    "\u2060": ("an invisible zero-width character", ""),
    "\ufeff": ("an invisible byte order mark", ""),
    "\ufe0f": ("the invisible part of an emoji", ""),
    "\u20e3": ("the frame of an emoji", ""),
    "\u2028": ("an invisible line separator", " "),
    "\u2029": ("an invisible paragraph separator", " "),
    "\x00": ("an invisible NUL character", " "),
}
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FROM_FULL_WIDTH = 0xFEE0


def odd_in(text: str) -> Iterator[Odd]:
    """Every such character of a text, in order. Letters of any language are not odd."""
    for at, char in enumerate(text):
        if (found := _odd(char)) is not None:
            yield Odd(at, *found)


def mended(text: str) -> str:
    """The text with each odd character replaced by what was meant."""
    return "".join(char if (found := _odd(char)) is None else found[1] for char in text)


def _odd(char: str) -> tuple[str, str] | None:
    if " " <= char <= "~" and char != "`":
        return None
    if char in _NAMED:
        return _NAMED[char]
    if char in _DOUBLE:
        return f"a typographic quote ({char})", '"'
    if char in _SINGLE:
        return f"a typographic quote ({char})", "'"
    if char in _DASHES:
        return f"a dash ({char}) that is not the minus of the keyboard", "-"
    if char in _SIGNS:
        return f"the sign {char}", _SIGNS[char]
    if ord(char) in _FULL_WIDTH:
        return f"a full-width character ({char})", chr(ord(char) - _FROM_FULL_WIDTH)
    return _by_category(char)


def _by_category(char: str) -> tuple[str, str] | None:
    category = unicodedata.category(char)
    if category == "Zs":
        return "a space of another width than the ordinary one", " "
    if category == "Cf":
        return "an invisible character", ""
    if category == "Cc" and char not in "\t\n\r":
        return f"an invisible control character (U+{ord(char):04X})", " "
    return None
