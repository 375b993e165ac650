"""The list of languages, and the one answer to what falls back to what.

Used by everything that knows a language. It must never let a text of one language stand in for one
of another.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

from flows.languages.tongue import Language, LanguageError, Tongue, read

BASE = Language("en")
"""The language in which a text is written first, and the one that a stranger gets otherwise."""

Written = TypeVar("Written")

_tongues: dict[str, Tongue] = {}


def admit(text: str) -> Tongue:
    """The language of this file is spoken from now on. LanguageError: it cannot be used."""
    tongue = read(text)
    if tongue.code in _tongues:
        raise LanguageError(f"there is a language {tongue.code} already")
    _tongues[tongue.code] = tongue
    return tongue


def tongues() -> tuple[Tongue, ...]:
    """Every language, the base one first, the others by their codes."""
    return _in_order(tuple(_tongues))


def languages() -> tuple[Language, ...]:
    """Every form of address of every language, in the order of ``tongues``."""
    return _forms(tuple(_tongues))


def is_spoken(code: str) -> bool:
    """True for the code of a form of address that there is."""
    return code in languages()


def tongue_of(language: Language) -> Tongue:
    """The language that a form of address belongs to."""
    return _tongues[language.partition("_")[0]]


def nearest(tag: str, otherwise: Language = BASE) -> Language:
    """The plain form of the language that an app names, such as "de-AT"; ``otherwise`` where that
    one is not spoken.
    """
    for tongue in tongues():
        if tag == tongue.code or tag.startswith(f"{tongue.code}-"):
            return tongue.plain
    return otherwise


def locale_of(language: Language) -> str:
    """Return what Babel calls the language of this form."""
    return tongue_of(language).locale


def button(language: Language, key: str) -> str:
    """Return what stands on a button of the step kinds, such as "yes" or "today"."""
    return tongue_of(language).words[key]


def meant(typed: str, language: Language, *sorts: str) -> str | None:
    """The sort of word that somebody typed in small letters: their own language's come first."""
    for tongue in (tongue_of(language), *tongues()):
        if (
            found := next((sort for sort in sorts if typed in tongue.typed[sort]), None)
        ) is not None:
            return found
    return None


def typed_words(sort: str) -> tuple[str, ...]:
    """Every word of a sort in every language, the longest first."""
    return _typed(sort, tuple(_tongues))


def fallbacks(language: Language) -> tuple[Language, ...]:
    """The form itself, then those whose texts it takes instead; never one of another language."""
    chain = [language]
    while (further := tongue_of(language).form(chain[-1]).falls_back_to) is not None:
        chain.append(further)
    return tuple(chain)


def first_written(
    texts: Mapping[Language, Written] | Mapping[str, Written], language: Language
) -> Written | None:
    """Return what a person addressed so gets of texts not written in every form; or nothing."""
    by_code: Mapping[str, Written] = {str(one): text for one, text in texts.items()}
    return next((by_code[one] for one in fallbacks(language) if one in by_code), None)


@cache
def _in_order(codes: tuple[str, ...]) -> tuple[Tongue, ...]:
    return tuple(_tongues[code] for code in sorted(codes, key=lambda code: (code != BASE, code)))


@cache
def _forms(codes: tuple[str, ...]) -> tuple[Language, ...]:
    return tuple(form.code for tongue in _in_order(codes) for form in tongue.forms)


@cache
def _typed(sort: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    found = {word for tongue in _in_order(codes) for word in tongue.typed[sort]}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def _read_all() -> None:
    for file in importlib.resources.files(__package__).iterdir():
        if file.name.endswith(".toml"):
            admit(file.read_text("utf-8"))


_read_all()
