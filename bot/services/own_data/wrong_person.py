"""Somebody else than the client opened the link: what was kept of them goes, and the link is new.

A therapist starts it, in two steps, since answers of the right person would go as well. Whoever
came may be the client of a colleague: that care is as it was, and the texts are the same either
way, or one therapist would learn of the other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages import Button
from bot.services.care import inviting
from bot.services.own_data import erasing
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from storage import audit, cares, invites, moves, people, regular_times, risk_cases
from storage.cares import Care
from storage.people import Person

AFTER_OPENING = timedelta(days=28)
"""So long a therapist may find that it was somebody else; they have met several times by then."""


def ask(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask once more, and say what would go."""
    if not _may_be_undone(work, care):
        return STALE
    parts = [work.tell(therapist.language, "wrong_person_sure", alias=care.alias)]
    if risk_cases.find_open(work.tx, care.id) is not None:
        # whoever wrote that may need somebody, and nothing is left to look at afterwards
        parts.insert(0, work.tell(therapist.language, "wrong_person_case", alias=care.alias))
    text = "\n\n".join(parts)
    undo = Button(
        work.tell(therapist.language, "button_wrong_person_now"), data("wrong_person_now", care.id)
    )
    keep = Button(
        work.tell(therapist.language, "button_right_person"), data("right_person", care.id)
    )
    rows = speak.column(undo, keep)
    speak.edit(work, therapist.id, message_id, text, key="wrong?", rows=rows)
    return None


def keep(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """It was the right person after all: nothing has changed."""
    text = work.tell(therapist.language, "right_person", alias=care.alias)
    label = work.tell(therapist.language, "button_wrong_person")
    rows = speak.row(Button(label, data("wrong_person", care.id)))
    speak.edit(work, therapist.id, message_id, text, key="right", rows=rows)
    return None


def undo(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Everything of whoever opened the link is gone, and a new link is there for the client."""
    if not _may_be_undone(work, care):
        return STALE
    alias, language = care.alias, care.language
    regular = regular_times.find_running(work.tx, care.id)
    audit.add(
        work.tx,
        now=work.now,
        actor=therapist.code,
        action="client.was_somebody_else",
        subject=care.client_code,
    )
    if len(cares.list_for_client(work.tx, care.client_id)) > 1:
        erasing.erase_care(work, care)
    else:
        erasing.erase(work, people.load(work.tx, care.client_id), by="practice")
    anew = inviting.begin_anew(work, therapist, alias)
    if regular is not None:  # it is of the therapist's week, not of whoever opened the link
        regular_times.add(work.tx, care_id=anew.id, regular=regular.time, now=work.now)
    return inviting.choose_language(work, therapist, anew, language, message_id)


def _may_be_undone(work: Work, care: Care) -> bool:
    if care.state not in cares.LIVING or moves.has_opened(work.tx, care.id):
        return False  # after a move it would be unclear who is meant, and the client's own would go
    opened_at = _opened_at(work, care)
    return opened_at is not None and work.now - opened_at < AFTER_OPENING


def _opened_at(work: Work, care: Care) -> datetime | None:
    """Return when the link of this care was opened."""
    if care.joined_at is not None:
        return care.joined_at
    invite = invites.find_used(work.tx, care.client_id)
    return None if invite is None else invite.used_at
