"""Takes back the questions around a therapy session that did not, or does not, take place.

Used by whoever calls one off. What was answered stays; a question that stands open in the chat says
itself, without a sound, that nothing is asked any more.
"""

from __future__ import annotations

from typing import Literal

from bot.services.check_in import check_ins, met
from bot.services.planning import following
from bot.services.work import speak
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from storage import check_ins as stored_check_ins
from storage import deliveries, occurrences, outbox
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.therapy_sessions import TherapySession

Fate = Literal["nothing_asked", "withdrawn", "answered"]
"""The fate of the questions: none had been sent, one was open and is withdrawn, or some were
answered and stay so."""


def withdraw(work: Work, care: Care, session: TherapySession) -> Fate:
    """Nothing is asked about the therapy session any more; what had become of the questions."""
    following.cancel_for_session(work, session)
    answered = met.is_answered(work, session)
    stored = stored_check_ins.find_open(work.tx, care.id)
    if stored is None or not _is_about(work, stored, session):
        return "answered" if answered else "nothing_asked"
    is_said = _say_so(work, care, stored)
    outbox.drop_prompts(work.tx, stored.id, reason="session_cancelled", now=work.now)
    check_ins.stop_for_slot(work, care.id, following.session_slot(session.id))
    if answered:
        return "answered"
    return "withdrawn" if is_said else "nothing_asked"


def _is_about(work: Work, stored: StoredCheckIn, session: TherapySession) -> bool:
    if stored.occurrence_id is None:
        return False
    slot = occurrences.load(work.tx, stored.occurrence_id).slot
    return slot == following.session_slot(session.id)


def _say_so(work: Work, care: Care, stored: StoredCheckIn) -> bool:
    """The open question says it in its own place; in a chat that may be anybody's its buttons only
    go. False: it says nothing.
    """
    state = stored.state
    message_id = deliveries.find_message_id(work.tx, stored.id, state.turn_no)
    if message_id is None:
        return False
    text = None
    if care.unrecognised_since is None:
        told = any(answer.value is not None for answer in state.answers)
        key: ClientKey = "session_off_kept" if told else "session_off"
        text = work.say(state.language, key, **names_for(work, care, state.language))
    speak.edit(work, care.client_id, message_id, text, key=f"session_off{stored.id}")
    return text is not None
