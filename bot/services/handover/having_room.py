"""A colleague says whether there is room for a client of whom they know nothing yet.

Used by the entries of therapists. It must never tell the colleague who it is, nor afterwards that
the client said no.
"""

from __future__ import annotations

from bot.services.handover import offering
from bot.services.handover.telling import tell_therapist
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage import audit, cares, handovers, people
from storage.handovers import Handover
from storage.people import Person


def answer(
    work: Work, colleague: Person, handover: Handover, *, has_room: bool, message_id: int
) -> Toast:
    """There is room, and the client is asked next; or there is none, and is asked nothing. One
    answer holds for all that were asked about in one message.
    """
    if handover.state != "proposed":
        return STALE
    therapist_id = cares.load(work.tx, handover.care_id).therapist_id
    for each in handovers.list_proposed(work.tx, from_therapist_id=therapist_id, like=handover):
        _take(work, colleague, each, has_room=has_room)
    name = people.name_of(work.tx, therapist_id).name
    key: StaffKey = "room_taken" if has_room else "room_refused"
    text = work.tell(colleague.language, key, therapist=name)
    speak.edit(work, colleague.id, message_id, text, key="room")
    return None


def _take(work: Work, colleague: Person, handover: Handover, *, has_room: bool) -> None:
    care = cares.load(work.tx, handover.care_id)
    if has_room:
        handovers.mark_taken(work.tx, handover, look_at=work.now)
    else:
        handovers.close(work.tx, handover, "no_room", work.now)
        if offering.stands(care):
            tell_therapist(work, care, handover, "handover_no_room")
    action = "handover.room" if has_room else "handover.no_room"
    audit.add(work.tx, now=work.now, actor=colleague.code, action=action, subject=care.client_code)
