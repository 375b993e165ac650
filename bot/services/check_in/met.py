"""Finds the therapy session that a check-in asks about: the client may say that there was none.

Used where a question is shown, and by whoever takes that word.
"""

from __future__ import annotations

from bot.services.planning.following import session_slot
from bot.services.work.unit_of_work import Work
from flows.script.flow import Flow
from storage import cares, check_ins, occurrences, therapy_sessions
from storage.check_ins import StoredCheckIn
from storage.therapy_sessions import TherapySession

AFTER = "therapy_session_end"
COUNTS = ("planned", "happened")


def session_of(work: Work, flow: Flow, stored: StoredCheckIn) -> TherapySession | None:
    """The session after which an open check-in asks, as long as nothing has been answered about it,
    here or in another flow; None where it asks after none, or that one does not count (any more).
    """
    state = stored.state
    if flow.schedule.trigger.name != AFTER or state.status != "open" or state.answers:
        return None
    if cares.load(work.tx, stored.care_id).unrecognised_since is not None:
        return None  # it is a fact of the therapy, and this may be anybody's chat
    if stored.occurrence_id is None:
        return None
    slot = occurrences.load(work.tx, stored.occurrence_id).slot
    for session in therapy_sessions.list_for_care(work.tx, stored.care_id):
        if session_slot(session.id) == slot and session.state in COUNTS:
            return None if is_answered(work, session) else session
    return None


def is_answered(work: Work, session: TherapySession) -> bool:
    """True where the client has told something of that session already: they were there."""
    slot, since = session_slot(session.id), session.starts_at
    return any(
        stored.occurrence_id is not None
        and occurrences.load(work.tx, stored.occurrence_id).slot == slot
        for stored in check_ins.list_for_care(work.tx, session.care_id, opened_since=since)
        if any(answer.value is not None for answer in stored.state.answers)
    )
