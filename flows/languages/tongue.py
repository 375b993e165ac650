"""The facts about one language: its forms of address, and the words that people type in it.

Read from a TOML file by ``read``; kept by ``registry``. Names of months and days, numbers and lists
are not repeated here: they come from Babel, by the code of the language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NewType

Language = NewType("Language", str)
"""The code of a form of address, checked by ``registry.is_spoken``: "en", "de", "de_du"."""

Direction = Literal["ltr", "rtl"]

WORDS = (
    *("yes", "no", "none", "rather_not_say", "today", "yesterday", "tomorrow"),
    *("back", "skip", "done", "later"),
)
"""Words that stand on the buttons of questions; none of them addresses anybody."""
TYPED = (
    *("and", "on_day", "at", "o_clock", "to_place", "two_days_ago", "in_two_days"),
    *("move", "cancel", "skip", "back", "done", "later", "show_again", "thanks", "beside_number"),
    *("crisis", "stop"),
    *("until", "next", "a_single", "two", "days", "weeks", "months"),
    *("every_week", "every_two_weeks", "starting", "minutes", "days_off", "up_to", "ending"),
)
"""Sorts of words that people type, beyond those that stand on the buttons."""

ENDS = frozenset({"good", "bad", "not"})
"""Sorts of words at the ends of scales."""

_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FORM = re.compile(r"[a-z]{2,8}")
_KEYS = {
    *("code", "locale", "direction", "date", "addresses"),
    *("form", "words", "typed", "days", "months", "declining", "cases", "ends"),
}


class LanguageError(ValueError):
    """A language file that cannot be used; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of address: "de" is Sie, "de_du" is du."""

    code: Language
    address: str = ""
    """The word that names the form, such as "du"; empty where a language has one form only."""
    falls_back_to: Language | None = None
    """Whose text is taken where this form has none of its own; a form of the same language."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language with all its forms."""

    code: str
    """A BCP 47 tag: "de", "pt-BR"."""
    locale: str
    """Babel's name for it, where that says more than the code: "en_GB"."""
    direction: Direction
    forms: tuple[Form, ...]
    """The plain one first; its code is the language's own."""
    words: Mapping[str, str]
    typed: Mapping[str, frozenset[str]]
    """In small letters, by the sorts of ``TYPED`` and ``WORDS``."""
    date: str
    """The pattern of a whole date, as CLDR writes it: "d MMMM y"."""
    days: tuple[frozenset[str], ...] = (frozenset(),) * 7
    """Words that people type for each weekday, Monday first, beyond Babel's own names."""
    months: tuple[frozenset[str], ...] = (frozenset(),) * 12
    """Words that people type for each month, beyond Babel's own names."""
    declining: frozenset[str] = frozenset()
    """First words of names that change with the case, such as "Herr"; other names do not."""
    cases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Words in front of a name by the case that they ask for: "bei" by dative."""
    ends: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Words at the ends of scales that say which end is ``good`` and which ``bad``, and those that
    turn them round (``not``); without them authors are asked."""
    addresses: str = ""
    """A pattern for words that address somebody; empty where the language has one form only."""

    @property
    def plain(self) -> Language:
        """The form that a text is written in first."""
        return self.forms[0].code

    def declines(self, name: str) -> bool:
        """True where the name changes with the case, as far as its first word tells."""
        return name.partition(" ")[0].casefold() in self.declining

    def form(self, code: Language) -> Form:
        """The form of that code. KeyError: it is none of this language."""
        return {form.code: form for form in self.forms}[code]


def read(text: str) -> Tongue:
    """The language that a file describes. LanguageError: what is missing or cannot be."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LanguageError(f"it is no TOML: {error}") from None
    if unknown := sorted(table.keys() - _KEYS):
        raise LanguageError(f"there is no key {unknown[0]}; known are {', '.join(sorted(_KEYS))}")
    code = str(table.get("code", ""))
    if not _CODE.fullmatch(code):
        raise LanguageError(f'code is {code!r}; write a BCP 47 tag such as "fr" or "pt-BR"')
    direction: Direction = "rtl" if table.get("direction") == "rtl" else "ltr"
    if table.get("direction") != direction:
        raise LanguageError('direction must be "ltr" or "rtl"')
    return Tongue(
        code=code,
        locale=str(table.get("locale") or code.replace("-", "_")),
        direction=direction,
        forms=_forms(code, table.get("form", [])),
        words={key: _needed(table, "words", key) for key in WORDS},
        typed=_typed(table),
        date=str(table.get("date") or "d MMMM y"),
        days=_each(table, "days", 7),
        months=_each(table, "months", 12),
        declining=_small(table.get("declining", [])),
        cases={case: _small(words) for case, words in table.get("cases", {}).items()},
        ends=_ends(table.get("ends", {})),
        addresses=_pattern(table.get("addresses", "")),
    )


def _forms(code: str, tables: list[dict[str, Any]]) -> tuple[Form, ...]:
    """The plain form, then the others in the order of the file."""
    plain = Form(Language(code))
    others: list[Form] = []
    for table in tables:
        name, address = str(table.get("name", "")), str(table.get("address", ""))
        if name and not _FORM.fullmatch(name):
            raise LanguageError(f"a form is called {name!r}; write a short word such as tu")
        if not name:
            plain = Form(plain.code, address)
            continue
        others.append(Form(Language(f"{code}_{name}"), address, plain.code))
    codes = [form.code for form in (plain, *others)]
    if len(set(codes)) < len(codes) or (others and not all(f.address for f in (plain, *others))):
        raise LanguageError("each form needs a name of its own and an address, the plain one too")
    return (plain, *others)


def _needed(table: dict[str, Any], section: str, key: str) -> Any:
    value = table.get(section, {}).get(key)
    if not value:
        raise LanguageError(f"{section}.{key} is missing")
    return value


def _typed(table: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Read what people type, and for each button its label too."""
    given = {key: _small(_needed(table, "typed", key)) for key in TYPED}
    more = table.get("typed", {})
    labels = {key: _small([table["words"][key], *more.get(key, [])]) for key in WORDS}
    return given | labels


def _small(words: list[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


def _each(table: dict[str, Any], key: str, count: int) -> tuple[frozenset[str], ...]:
    """One set of words for each of ``count`` days or months; all empty where none is given."""
    lists = table.get(key, [[]] * count)
    if len(lists) != count:
        raise LanguageError(f"{key} needs {count} lists; some may be empty")
    return tuple(_small(words) for words in lists)


def _ends(table: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    if table and table.keys() != ENDS:
        raise LanguageError(f"ends needs {', '.join(sorted(ENDS))} and nothing else")
    return {sort: _small(words) for sort, words in table.items()}


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise LanguageError(f"addresses is no pattern: {error}") from None
    return text
