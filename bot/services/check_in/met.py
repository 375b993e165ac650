"""Finds the therapy session that a check-in asks about: the client may say that there was none.

Used where a question is shown, and by whoever takes that word.
"""

from __future__ import annotations

from bot.services.planning.following import session_slot
from bot.services.work.unit_of_work import Work
from flows.script.flow import Flow
from storage import cares, occurrences, therapy_sessions
from storage.check_ins import StoredCheckIn
from storage.therapy_sessions import TherapySession

AFTER = "therapy_session_end"
COUNTS = ("planned", "happened")


def session_of(work: Work, flow: Flow, stored: StoredCheckIn) -> TherapySession | None:
    """The session after which an open check-in asks, as long as nothing has been answered; None
    where it asks after none, or that one does not count (any more).
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
            return session
    return None
