"""Answers that read alike: what one sees of a label, and reports of labels that look the same.

Used by the kinds whose answers have labels. Two buttons that nobody can tell apart are answered at
random, and one that reads like the bot's own is taken for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flows.authoring.report import Loc, Report
from flows.kinds.typed import word
from flows.languages import Language, button, fallbacks, languages

if TYPE_CHECKING:
    from flows.authoring.toml_tables import WordsShape

OWN_BUTTONS = ("back", "skip")
"""The texts that the bot may put below any question, by its key in the files of the languages."""
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
"""Blank letters, and the selectors that choose between two looks of one sign."""


def seen(text: str) -> str:
    """Reduce a text to what one sees: without case, width, invisible characters, spare spaces."""
    spaced = ("" if _is_unseen(char) else char for char in " ".join(text.split()))
    return word("".join(spaced))


def is_visible(text: str) -> bool:
    """True if one sees anything of a text; an accent alone stands on nothing."""
    return any(
        not (char.isspace() or _is_unseen(char) or unicodedata.category(char) == "Mn")
        for char in text
    )


def _is_unseen(char: str) -> bool:
    return char in _UNSEEN or unicodedata.category(char) in ("Cc", "Cf")


def check_labels(
    report: Report, labels: Sequence[WordsShape], loc: Loc, buttons: Iterable[str]
) -> None:
    """Reports each label that reads like one before it, or like one of these buttons, in any
    language; ``loc`` is the list of the labels.
    """
    for language in languages():
        met = {seen(button(language, key)): "" for key in (*OWN_BUTTONS, *buttons)}
        for place, label in enumerate(labels):
            code, text = _written(label, language)
            if not is_visible(text):
                continue
            other = met.setdefault(seen(text), text)
            if other is not text:
                like = f"another answer, `{other}`" if other else "a button of the bot"
                message = f"`{text[:60]}` reads like {like}."
                hint = "Choose words that nobody can mix up."
                report.at_value("F036", (*loc, place, code), message, hint)


def _written(label: WordsShape, language: Language) -> tuple[Language, str]:
    """The text that a client of that language reads, and the form in which it stands."""
    found = ((code, label.text(code)) for code in fallbacks(language))
    return next(((code, text) for code, text in found if text is not None), (language, ""))
