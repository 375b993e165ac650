"""Supervision, as far as a client agrees to it: whether their therapist may talk about them there,
and whether the supervisor is shown them.

Used by the client's card and details, and by whatever a supervisor is shown.
"""

from __future__ import annotations

from bot.services.consent import items, supervisors
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
    lines, name = (
        [work.tell(therapist.language, key, alias=care.alias)],
        supervisors.name_of(work, care),
    )
    if name:
        key = "supervision_shown" if is_shown(work, care) else "supervision_not_shown"
        lines.append(work.tell(therapist.language, key, alias=care.alias, supervisor=name))
    return "\n".join(lines)


def is_shown(work: Work, care: Care) -> bool:
    """True where the supervisor may look at the client: there is one, and the client agreed to just
    them, in the present words, in a chat that is surely theirs.
    """
    return (
        care.unrecognised_since is None
        and items.is_offered(work, care, "supervisor_view")
        and items.is_agreed(work, care, "supervisor_view")
        and not items.is_outdated(work, care, "supervisor_view")
    )


def key_of(care: Care) -> str:
    """The beginning of the key of whatever is said to a supervisor about this care: nothing in it
    names the client, and by the key it is found where it still waits when they are erased.
    """
    return f"supervised{care.id}-"
