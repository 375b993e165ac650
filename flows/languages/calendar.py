"""Days, months and whole dates as people write them: Babel's names, and what the files add.

Used where somebody typed a date or a weekday, and where one is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

from flows.languages.registry import tongue_of, tongues
from flows.languages.tongue import Language

SHORTEST_MONTH = 3
WIDTHS: Final = ("wide", "abbreviated")
CONTEXTS: Final = ("format", "stand-alone")


def date_in_words(on: date, language: Language) -> str:
    """The whole date: 24 November 2026, 24.11.2026."""
    from babel.dates import format_date  # slow to load, and most commands show no date

    tongue = tongue_of(language)
    return format_date(on, tongue.date, locale=tongue.locale)


def month_of(typed: str, language: Language) -> int:
    """The month of that name or its beginning; 0, which no date has, where there is none."""
    for code in _own_first(language):
        for number, names in enumerate(_names(code, "months"), start=1):
            if len(typed) >= SHORTEST_MONTH and any(name.startswith(typed) for name in names):
                return number
    return 0


def weekday_of(typed: str, language: Language) -> int | None:
    """The weekday of that name, long or short, Monday being 0; None where there is none."""
    for code in _own_first(language):
        for number, names in enumerate(_names(code, "days")):
            if typed in names:
                return number
    return None


def _own_first(language: Language) -> Iterator[str]:
    yield tongue_of(language).code
    yield from (tongue.code for tongue in tongues())


@cache
def _names(code: str, what: str) -> tuple[frozenset[str], ...]:
    """The names of every month or weekday, in small letters and without full stops."""
    from babel.dates import get_day_names, get_month_names

    tongue = next(each for each in tongues() if each.code == code)
    if what == "months":
        tables = [
            get_month_names(width, context, tongue.locale)
            for width in WIDTHS
            for context in CONTEXTS
        ]
        added = tongue.months
    else:
        tables = [
            get_day_names(width, context, tongue.locale)
            for width in (*WIDTHS, "short")
            for context in CONTEXTS
        ]
        added = tongue.days
    first = min(tables[0])
    return tuple(
        frozenset(table[place].casefold().rstrip(".") for table in tables) | more
        for place, more in enumerate(added, start=first)
    )
