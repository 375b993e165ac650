"""Finds out whether somebody asks for the crisis card: by a command or by a word that stands alone.

Used by whatever takes in what people write. A longer sentence is the screen's affair. It must never
keep or return anything of a text.
"""

from __future__ import annotations

import importlib.resources
import re
import tomllib
import unicodedata
from functools import cache

from flows.languages import typed_words

HELP = "help"
"""The command that lists what can be done. The word without a slash asks for the card."""
LONGEST = 60
"""Characters of a message that may be nothing but such words."""

_MARK = re.compile(r"['’‘`´\u200b-\u200d\u2060\ufeff]")
_BETWEEN = re.compile(r"[\W_]+")


def asks_for_card(text: str) -> bool:
    """True where the whole text is one of the words, whatever marks and emoji stand around it."""
    return len(text) <= LONGEST and _plain(text) in _asking()


def is_card_command(name: str) -> bool:
    """True for the name of a command, without its slash, that asks for the card."""
    return name != HELP and asks_for_card(name)


def _plain(text: str) -> str:
    """Small letters with single gaps: "HILFE!!!" and "hilfe" are one word."""
    letters = _MARK.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _BETWEEN.sub(" ", letters).strip()


@cache
def _elsewhere() -> frozenset[str]:
    file = importlib.resources.files(__package__).joinpath("asking.toml")
    table: dict[str, list[str]] = tomllib.loads(file.read_text("utf-8"))
    return frozenset(_plain(word) for words in table.values() for word in words)


def _asking() -> frozenset[str]:
    """The words of every language, spoken here or not."""
    return _spoken(typed_words("crisis")) | _elsewhere()


@cache
def _spoken(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_plain, words))
