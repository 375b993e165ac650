"""The line by which a therapist reads whether they may talk about a client in supervision.

Used by the client's card and by their details. It shows nobody else anything.
"""

from __future__ import annotations

from bot.services.consent import items
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage.cares import Care
from storage.people import Person


def line_for(work: Work, therapist: Person, care: Care) -> str:
    """Say whether the client agrees now; empty where the practice does not ask."""
    if not items.is_offered(work, care, "supervisor"):
        return ""
    agreed = items.is_agreed(work, care, "supervisor")
    key: StaffKey = "supervision_agreed" if agreed else "supervision_not_agreed"
    return work.tell(therapist.language, key, alias=care.alias)
