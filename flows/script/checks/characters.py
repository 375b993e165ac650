"""Characters: that every text shows something, and holds none that hide or turn what is shown."""

from __future__ import annotations

import unicodedata

from flows.authoring.report import Loc
from flows.authoring.toml_tables import WordsShape
from flows.kinds.likeness import is_visible
from flows.languages import languages
from flows.script.checks import whereabouts
from flows.script.sheet import Sheet

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They show what follows backwards, up to the end of the line."""


def check(sheet: Sheet) -> None:
    """Reports every text of which nothing can be seen, and every control character."""
    if sheet.flow.title is not None:
        _check_words(sheet, sheet.flow.title, ("title",), is_short=True)
    for text in whereabouts.texts(sheet.flow):
        _check_words(sheet, text.words, text.loc, is_short=text.role == "label")


def _check_words(sheet: Sheet, words: WordsShape, loc: Loc, *, is_short: bool) -> None:
    for one in languages():
        text = words.text(one)
        if text is None:
            continue
        if not is_visible(text):
            said = "is empty" if not text.strip() else "has invisible characters only"
            sheet.at_value("F034", (*loc, one), f"This text {said}.", "Write the text.")
            continue
        for offset, char in enumerate(text):
            if _is_refused(char, is_short):
                message = f"{_named(char)} has no place in this text."
                sheet.inside("F037", (*loc, one), offset, message, "Take it out.")
                break


def _is_refused(char: str, is_short: bool) -> bool:
    if char in "\r\n":
        return is_short
    if char == "\t":
        return False
    return char in _TURNING or unicodedata.category(char) in ("Cc", "Zl", "Zp")


def _named(char: str) -> str:
    """The character by its code, as it cannot be shown."""
    if char in "\r\n":
        return "A line break"
    sort = "that turns the direction of writing" if char in _TURNING else "that controls a device"
    return f"The character U+{ord(char):04X}, {sort},"
