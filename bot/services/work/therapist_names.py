"""The names that texts for a client may mention: the therapist's, in its cases, and the
practice's.
"""

from __future__ import annotations

from bot.services.work.unit_of_work import Work
from bot.texts.naming import cases_of
from flows.languages import Language
from storage import people
from storage.cares import Care


def names_for(work: Work, care: Care, language: Language | None = None) -> dict[str, str]:
    """``therapist``, also in its cases, and ``practice`` (the therapist's name where it has none).

    ``language`` where the client is spoken to in another one than ``care`` says.
    """
    return names_of(work, care.therapist_id, language or care.language)


def names_of(work: Work, therapist_id: int, language: Language) -> dict[str, str]:
    """The same of any therapist, for somebody who is spoken to in ``language``."""
    name = people.name_of(work.tx, therapist_id)
    return {
        "therapist": name.name,
        **cases_of(
            work.practice.texts,
            language,
            name.name,
            dative=name.dative,
            accusative=name.accusative,
        ),
        "practice": work.practice.settings.practice.name or name.name,
    }
