"""The names that texts for a client may mention: the therapist's, in its cases, and the
practice's.
"""

from __future__ import annotations

from bot.services.work.practice import Work
from storage import people
from storage.cares import Care


def names_for(work: Work, care: Care) -> dict[str, str]:
    """``therapist``, ``therapist_dative`` and ``practice`` (the therapist's name where it has
    none).
    """
    name = people.name_of(work.tx, care.therapist_id)
    return {
        "therapist": name.name,
        "therapist_dative": name.dative or name.name,
        "practice": work.practice.settings.practice.name or name.name,
    }
