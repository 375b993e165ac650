"""Reading what people type: cleaned text, words to compare, numbers.

Used by the kinds of step. It never guesses at meaning; what it cannot read is None.
"""

from __future__ import annotations

import re
import unicodedata

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BREAKS = {0x0D: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n"}
_DROPPED = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (0x09, 0x0A)),
        *range(0x7F, 0xA0),
        *map(ord, _BIDI),
        0xFEFF,
        *range(0xD800, 0xE000),  # lone halves of a pair cannot be stored as UTF-8
    ]
)
_CLEANING: dict[int, str | None] = {**_DROPPED, **_BREAKS}
_KEYCAP = {0xFE0F: None, 0x20E3: None, 0x2212: "-", 0x2013: "-"}
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,\u2019' ]\d{3})+")
_LONGEST_NUMBER = 24


def clean(text: str) -> str:
    """The text trimmed, without control and bidi characters; emoji and all scripts are kept.

    Line breaks of every kind become newlines. Text of nothing but invisible characters is empty.
    """
    cleaned = text.replace("\r\n", "\n").translate(_CLEANING).strip()
    return cleaned if any(map(_is_visible, cleaned)) else ""


def _is_visible(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) not in ("Cf", "Mn")


def word(text: str) -> str:
    """The text for comparing: in one case and width, single spaces, no full stop at the end."""
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return " ".join(folded.split()).rstrip(".!")


def number(text: str) -> float | int | None:
    """The number that was typed, with a decimal comma or point, in digits of any script.

    Whole numbers are asked: "1.000" and "1,000" mean a thousand. An int where nothing stands behind
    the point, else a float. None: it is not a number.
    """
    digits = clean(text).translate(_KEYCAP).rstrip(".!")
    if len(digits) > _LONGEST_NUMBER:
        return None
    if _GROUPED.fullmatch(digits):
        return int(re.sub(r"[^\d+-]", "", digits))
    if not _PLAIN.fullmatch(digits):
        return None
    value = float(digits.replace(",", "."))
    return int(value) if value.is_integer() else value
