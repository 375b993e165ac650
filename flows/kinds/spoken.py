"""Numbers and lists as they are written in a sentence, in the client's language.

Used by the kinds of step and by whatever puts values into texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.languages import Language, locale_of


def in_figures(value: float | int, language: Language) -> str:
    """The number with the language's decimal sign, without needless zeros."""
    from babel.numbers import get_decimal_symbol  # slow to load, and most commands show no number

    return str(value).removesuffix(".0").replace(".", get_decimal_symbol(locale_of(language)))


def in_words(items: Sequence[str], language: Language) -> str:
    """The items as a list: "a, b and c"; empty where there is none."""
    from babel.lists import format_list

    return format_list(items, locale=locale_of(language)) if items else ""


def in_hours(hours: float, language: Language) -> str:
    """A length of time in words: "7 hours 30 minutes"; the larger part alone where it is even."""
    from babel.units import format_unit

    whole, minutes = divmod(round(hours * 60), 60)
    parts = [(whole, "hour"), (minutes, "minute")]
    said = [
        format_unit(count, unit, locale=locale_of(language))
        for count, unit in parts
        if count or (unit == "minute" and not whole)
    ]
    return " ".join(said)
