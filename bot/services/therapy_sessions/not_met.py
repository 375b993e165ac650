"""A client says that a therapy session did not take place: asked how, by one tap, and believed.

It ends the questions about that session kindly, feeds no series, and the therapist reads it in the
next digest. Nothing here says whose doing it was.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.check_in import check_ins, met, snoozing
from bot.services.planning import following
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from storage import check_ins as stored_check_ins
from storage import therapy_sessions
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.therapy_sessions import TherapySession, Unmet

LABELS: dict[Unmet, ClientKey] = {"moved": "button_moved", "no_show": "button_no_show"}


def typed(work: Work, care: Care, text: str) -> bool:
    """Ask how, where the words are those of the button under the open question; False: they are
    not.
    """
    stored = stored_check_ins.find_open(work.tx, care.id)
    if stored is None:
        return False
    label = work.say(stored.state.language, "button_unmet")
    if text.strip().rstrip(".").casefold() != label.casefold() or _session(work, stored) is None:
        return False
    text = work.say(stored.state.language, "unmet_how")
    speak.reply(work, care.client_id, text, key="unmet", rows=_rows(work, stored))
    return True


def ask(work: Work, care: Care, stored: StoredCheckIn, message_id: int) -> Toast:
    """Ask how, in place of the buttons of the question."""
    if _session(work, stored) is None:
        return STALE
    speak.edit(work, care.client_id, message_id, None, key="unmet", rows=_rows(work, stored))
    return None


def take(work: Work, care: Care, stored: StoredCheckIn, word: str, message_id: int) -> Toast:
    """Take the client's word: the session does not count, and no more is asked about it."""
    session = _session(work, stored)
    how = next((name for name in LABELS if name == word), None)
    if session is None or how is None:
        return STALE
    language = stored.state.language
    therapy_sessions.mark_unmet(work.tx, session.id, how, work.now)
    following.cancel_for_session(work, session)
    check_ins.stop(work, care.id)
    speak.edit(work, care.client_id, message_id, work.say(language, LABELS[how]), key="unmet")
    said = work.say(language, "unmet_noted", **names_for(work, care, language))
    speak.reply(work, care.client_id, said, key="unmet_noted")
    return None


def _session(work: Work, stored: StoredCheckIn) -> TherapySession | None:
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    return met.session_of(work, flow, stored)


def _rows(work: Work, stored: StoredCheckIn) -> tuple[tuple[Button, ...], ...]:
    state = stored.state
    buttons = [
        Button(
            work.say(state.language, label), data("unmet_how", stored.id, state.turn_no, word=how)
        )
        for how, label in LABELS.items()
    ]
    return speak.column(*buttons, snoozing.go_on(work, stored))
