"""The supervisor of a client's therapist, as far as that client is asked about them.

Used by the questions and by whatever a supervisor is shown. It must never name anybody whom the
therapist has not confirmed.
"""

from __future__ import annotations

from bot.services.work.unit_of_work import Work
from storage import cares, people, supervisions
from storage.cares import Care
from storage.people import Person


def is_on(work: Work) -> bool:
    """True where there is supervision in this practice."""
    return work.practice.settings.practice.supervision == "on"


def find_supervisor(work: Work, care: Care) -> Person | None:
    """The supervisor whom the therapist of this care has confirmed; None also where that is another
    therapist of the same client: they would know whom they look at.
    """
    found = supervisions.find_of_therapist(work.tx, care.therapist_id) if is_on(work) else None
    if found is None or found.confirmed_at is None:
        return None
    own = cares.list_for_client(work.tx, care.client_id)
    if any(each.therapist_id == found.supervisor_id for each in own):
        return None
    return people.load(work.tx, found.supervisor_id)


def name_of(work: Work, care: Care) -> str:
    """The supervisor's name; empty where there is none to ask about."""
    supervisor = find_supervisor(work, care)
    return "" if supervisor is None else people.name_of(work.tx, supervisor.id).name
