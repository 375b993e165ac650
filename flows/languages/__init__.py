"""The languages and forms of address in which people are spoken to: data, one file a language.

Used by everything that speaks to a person or reads what one wrote. Which languages there are is
said by the files beside this one alone: ``tongue`` says what one holds, ``registry`` knows them all
and what falls back to what, ``calendar`` and ``naming`` have their words from Babel.
"""

from __future__ import annotations

from flows.languages.calendar import date_in_words, month_of, weekday_of
from flows.languages.language_names import in_english, name_of
from flows.languages.registry import (
    BASE,
    button,
    fallbacks,
    first_written,
    is_spoken,
    languages,
    locale_of,
    meant,
    nearest,
    tongue_of,
    tongues,
    typed_words,
)
from flows.languages.tongue import Form, Language, Tongue

__all__ = [
    "BASE",
    "Form",
    "Language",
    "Tongue",
    "button",
    "date_in_words",
    "fallbacks",
    "first_written",
    "in_english",
    "is_spoken",
    "languages",
    "locale_of",
    "meant",
    "month_of",
    "name_of",
    "nearest",
    "tongue_of",
    "tongues",
    "typed_words",
    "weekday_of",
]
