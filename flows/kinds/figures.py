"""Numbers as people write them, by the customs of their language: 1.500 and 1,5, or 1,500 and 1.5.

Used by the kind that takes numbers. It reads what can be meant and never guesses between two
meanings; units are told apart from the figures here as well. Babel is imported late: it is slow to
load, and most commands read no numbers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from flows.authoring.words import Words
from flows.kinds.typed import clean, word
from flows.languages import Language, languages, locale_of

_KEYCAP = {0xFE0F: None, 0x20E3: None, 0x2212: "-", 0x2013: "-"}
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u2019'\u00a0\u202f ]\d{3})+(?!\d)")
_FIGURES = re.compile(r"[+-]?[\d.,]*\d")
_IN_TEXT = re.compile(r"[+-]? ?\d(?:[\d.,\u2019'\u00a0\u202f ]*\d)?")
_LONGEST = 24
_FEWEST_LETTERS = 3
"""With so many letters, the beginning of a unit is enough: min, Std."""
_UNITS = (
    *("second", "minute", "hour", "day", "week", "month", "year", "percent"),
    *("meter", "kilometer", "gram", "kilogram", "liter", "milliliter"),
)
_CURRENCIES = ("EUR", "USD", "GBP", "CHF")
"""The units that people count in other words than an author, as CLDR names them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that figures can mean, and whether a mark in them parts the thousands."""

    value: float | int
    grouped: bool


def without_unit(typed: str, unit: Words | None) -> str:
    """The figures of "20 Euro" or "€20" where the step counts in euros; else the whole text."""
    text = clean(typed).translate(_KEYCAP).rstrip(".!")
    found = _IN_TEXT.search(text)
    if unit is None or found is None:
        return text
    beside = word(text[: found.start()] + " " + text[found.end() :])
    units = [word(written) for _, written in unit.by_language]
    return found[0] if any(_means(beside, known) for known in units) else text


def _means(written: str, unit: str) -> bool:
    """True if this stands for the unit: itself, its plural or beginning, its sign, its name in
    another language.
    """
    if written == unit or any({written, unit} <= names for names in _names_of_units(languages())):
        return True
    longer, shorter = sorted((written, unit), key=len, reverse=True)
    return written.isalpha() and len(shorter) >= _FEWEST_LETTERS and longer.startswith(shorter)


def words_of_units() -> frozenset[str]:
    """Every word that is part of the name of a unit or a currency, in every language spoken."""
    return _words_of_units(languages())


@cache
def _words_of_units(spoken_in: tuple[Language, ...]) -> frozenset[str]:
    every = (name for names in _names_of_units(spoken_in) for name in names)
    return frozenset(part for name in every for part in name.split())


@cache
def _names_of_units(spoken_in: tuple[Language, ...]) -> tuple[frozenset[str], ...]:
    """The names and signs of each unit and currency, in every language that is spoken."""
    from babel.numbers import get_currency_name, get_currency_symbol
    from babel.units import format_unit

    spoken = tuple(dict.fromkeys(map(locale_of, spoken_in)))
    units = [
        [
            format_unit(count, unit, length=length, locale=locale).replace(str(count), "")
            for locale in spoken
            for length in ("long", "short", "narrow")
            for count in (1, 2)
        ]
        for unit in _UNITS
    ]
    currencies = [
        [
            code,
            *(get_currency_symbol(code, locale) for locale in spoken),
            *(get_currency_name(code, count, locale) for locale in spoken for count in (1, 2)),
        ]
        for code in _CURRENCIES
    ]
    return tuple(frozenset(map(word, names)) for names in (*units, *currencies))


def readings(typed: str, language: Language) -> tuple[Reading, ...]:
    """Return what the figures can mean, first by the customs of ``language``; empty: no number."""
    spaced = _SPACED.sub(lambda found: re.sub(r"\D", "", found[0]), typed.strip())
    figures = "".join(map(_digit, spaced)).replace("- ", "-")
    if len(figures) > _LONGEST or not _FIGURES.fullmatch(figures):
        return ()
    bare = figures.lstrip("+-")
    sign = -1 if figures.startswith("-") else 1
    found: dict[float | int, Reading] = {}
    for locale in dict.fromkeys(map(locale_of, (language, *languages()))):
        reading = _by_custom(bare, locale)
        if reading is not None:
            found.setdefault(reading.value, Reading(sign * reading.value, reading.grouped))
    return tuple(found.values())


def _digit(char: str) -> str:
    """The digit in Latin figures, whatever its script; any other character as it is."""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _by_custom(bare: str, locale: str) -> Reading | None:
    from babel.numbers import NumberFormatError, get_group_symbol, parse_decimal

    try:
        value = parse_decimal(bare, locale=locale, strict=True)
    except NumberFormatError:
        return None
    whole = value == value.to_integral_value()
    grouped = get_group_symbol(locale) in bare
    return Reading(int(value) if whole else float(value), grouped)
