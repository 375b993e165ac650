"""The remarks on a practice's crisis texts: read another way than meant, or not read at all.

Used by ``interlude run`` and ``doctor``. A text that is missing where it must not be is no remark
but a problem: see ``needs_for_run``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.config.mistakes import ConfigProblem
from bot.config.settings import Practice
from flows.languages import Language, languages, name_of, tongue_of
from flows.languages.guessing import another_tongue


def crisis_remarks(practice: Practice) -> tuple[ConfigProblem, ...]:
    """A line for each form of address whose crisis text wants another look."""
    return tuple(problem for one in languages() for problem in _remarks(practice, one))


def _remarks(practice: Practice, language: Language) -> Iterator[ConfigProblem]:
    where, own = f"practice.crisis.{language}", practice.own_crisis_text(language)
    if own is None:
        if language == tongue_of(language).plain and language != practice.language:
            yield ConfigProblem(
                where,
                "is empty",
                f"clients spoken to in that language read the whole card in {practice.language}",
            )
        return
    other = another_tongue(own, language) if practice.crisis.get(language, "").strip() else None
    if other is not None:
        yield ConfigProblem(
            where,
            f"seems to be written in {name_of(other.plain, other.plain)}",
            "write it in the language of those who read it",
        )
    if _addresses_others(practice, language, own):
        yield ConfigProblem(
            where,
            "is empty, and the text that stands in for it addresses people in another form",
            "write one for them, or words that address nobody",
        )


def _addresses_others(practice: Practice, language: Language, own: str) -> bool:
    """True where a form of address without a text of its own reads one that says, such as, Sie."""
    tongue = tongue_of(language)
    is_borrowed = language != tongue.plain and not practice.crisis.get(language, "").strip()
    return is_borrowed and bool(tongue.addresses) and bool(re.search(tongue.addresses, own))
