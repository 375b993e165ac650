"""Writes and reads the data of buttons: ids and short codes, never answers.

Written into messages by the services, read from taps by ``bot.chat``. A tap is a claim, not a
right: its form says which things it names, and dispatch finds them among the tapper's own.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from enum import Enum

from bot.services.work.button_forms import FORMS, Name, Plain, Thing

_BY_CODE: dict[str, Name] = {form.code: name for name, form in FORMS.items()}

_WORD = re.compile(r"(?=.{1,20}\Z)[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Stale(Enum):
    """The outcome of a tap where the button is no longer good."""

    STALE = "stale"


STALE = Stale.STALE
Toast = str | Stale | None
"""The outcome of a tap: words to show, a button that is out of date, or nothing to say."""


@dataclass(frozen=True, slots=True)
class Press:
    """A tapped button: what it stands for, the ids it carries, and its code word, if it has one."""

    name: Name
    numbers: tuple[int, ...]
    word: str = ""

    def number(self, of: Thing | Plain) -> int:
        """The number that the button carries for this. ValueError: it carries none."""
        return self.numbers[FORMS[self.name].numbers.index(of)]


def data(name: Name, *numbers: int, word: str = "") -> str:
    """The button data of a press, at most 64 bytes for numbers below 10**18."""
    form = FORMS[name]
    if len(numbers) != len(form.numbers):
        raise ValueError(f"a {name} button carries {len(form.numbers)} numbers")
    if bool(word) is not form.has_word or (word and not _WORD.fullmatch(word)):
        raise ValueError(f"the word of a {name} button is missing, not allowed or no code")
    return ":".join([form.code, *map(str, numbers), *([word] if word else [])])


def number_for(name: str) -> int:
    """A number that stays with a name, such as a step's: button data holds numbers only."""
    return zlib.crc32(name.encode())


def press(text: str) -> Press | None:
    """The press behind button data; None for anything that ``data`` never wrote."""
    code, *parts = text.split(":")
    name = _BY_CODE.get(code)
    if name is None:
        return None
    form, word = FORMS[name], ""
    if form.has_word:
        word = parts.pop() if parts else ""
        if not _WORD.fullmatch(word):
            return None
    return _pressed(name, parts, word)


def _pressed(name: Name, numbers: list[str], word: str) -> Press | None:
    if len(numbers) != len(FORMS[name].numbers) or not all(map(_NUMBER.fullmatch, numbers)):
        return None
    return Press(name, tuple(map(int, numbers)), word)
