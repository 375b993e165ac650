"""Numbers and lists as they are written in a sentence, in the client's language.

Used by the kinds of step and by whatever puts values into texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.languages import Language


def in_figures(value: float | int, language: Language) -> str:
    """The number with the language's decimal sign, without needless zeros."""
    text = str(value).removesuffix(".0")
    return text if language == "en" else text.replace(".", ",")


def in_words(items: Sequence[str], language: Language) -> str:
    """The items as a list: "a, b and c"; empty where there is none."""
    if len(items) < 2:
        return "".join(items)
    joint = " and " if language == "en" else " und "
    return ", ".join(items[:-1]) + joint + items[-1]
