"""The name of a language in another one, with its form of address: "German, du"."""

from __future__ import annotations

from flows.languages.registry import BASE, locale_of, tongue_of
from flows.languages.tongue import Language


def name_of(language: Language, reader: Language) -> str:
    """The name of a form of address, as somebody reads it who is spoken to in ``reader``."""
    from babel import Locale  # slow to load, and most commands name no language

    tag = tongue_of(language).code.replace("-", "_")
    name = Locale.parse(tag).get_display_name(locale_of(reader)) or language
    address = tongue_of(language).form(language).address
    shown = name[:1].upper() + name[1:]
    return f"{shown}, {address}" if address else shown


def in_english(language: Language) -> str:
    """Return its name in a sentence for authors: "English", "German with du"."""
    name, _, address = name_of(language, BASE).partition(", ")
    return f"{name} with {address}" if address else name
