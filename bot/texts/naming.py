"""A therapist's name in the cases of a language, for texts that a client reads.

Used by services and by ``interlude flows try``. It must never put a name into a sentence in a case
that nobody told: where the name would change, the sentence has other words instead.
"""

from __future__ import annotations

from typing import Literal

from bot.texts import Texts
from flows.languages import Language, tongue_of

Cased = Literal["therapist_dative", "therapist_accusative"]


def cases_of(
    texts: Texts, language: Language, name: str, *, dative: str, accusative: str
) -> dict[str, str]:
    """``therapist_dative`` and ``therapist_accusative``; a case is empty where it was not told."""
    told: dict[Cased, str] = {"therapist_dative": dative, "therapist_accusative": accusative}
    return {case: _in_case(texts, language, name, case, said) for case, said in told.items()}


def _in_case(texts: Texts, language: Language, name: str, case: Cased, told: str) -> str:
    tongue = tongue_of(language)
    if not tongue.cases:
        return name
    if told or not tongue.declines(name):
        return told or name
    return texts.client(language, case)
