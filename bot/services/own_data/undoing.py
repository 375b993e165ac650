"""Takes away what somebody else gave in a client's name, after a link had gone astray.

What was given before is as it was; risk cases stay, for somebody must look at each.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.services.check_in.locked import is_answered_before
from bot.services.signals import hearing
from bot.services.work.unit_of_work import Work
from storage import (
    answers,
    cares,
    check_ins,
    enrolments,
    flags,
    given_since,
    held_back,
    occurrences,
)
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.moves import Move


def take_away(work: Work, move: Move) -> None:
    """Nothing is kept of what was given since the move, in any care of the client's."""
    if move.opened_at is None:
        return
    for care in cares.list_for_client(work.tx, move.person_id):
        _take_rounds(work, care, move.opened_at)
        given_since.remove_notes(work.tx, care.id, move.opened_at)
        given_since.remove_sections(work.tx, care.id, move.opened_at)
        given_since.take_back_consents(work.tx, care.id, move.opened_at, work.now)
        _set_back(work, care, move.opened_at)


def _take_rounds(work: Work, care: Care, since: datetime) -> None:
    given = list(_given_since(work, care, since))
    for stored in given:
        steps = frozenset(each.step_id for each in answers.list_for_check_in(work.tx, stored.id))
        held_back.add(work.tx, stored.id, steps, work.now)
    if given:
        # as if they were held back: what they made of a flag is undone before they go
        hearing.hear_anew(work, given[0])
    for stored in given:
        _take_reasons(work, stored)
    given_since.remove_check_ins(work.tx, [stored.id for stored in given])


def _given_since(work: Work, care: Care, since: datetime) -> Iterator[StoredCheckIn]:
    """The rounds that began in the new chat, or of which the first answer was given there."""
    for stored in check_ins.list_for_care(work.tx, care.id):
        is_touched = bool(stored.state.answers) or stored.state.opened_at >= since
        if is_touched and not is_answered_before(stored, since):
            yield stored


def _take_reasons(work: Work, stored: StoredCheckIn) -> None:
    """Reasons that a digest has told go as well, and with the last one its flag is closed."""
    for reason in flags.list_reasons_about(work.tx, stored.id):
        flags.remove_reason(work.tx, reason.id)
        left = flags.list_reasons(work.tx, reason.flag_id)
        if not left and flags.load(work.tx, reason.flag_id).closed_at is None:
            flags.mark(work.tx, reason.flag_id, state="something_else", at=work.now, close=True)


def _set_back(work: Work, care: Care, since: datetime) -> None:
    """The care stands as it did: asked where the yes or no came from somebody else, and not paused
    by their wish to stop.
    """
    agreed = care.active_since is not None and care.active_since >= since
    declined = care.state == "declined" and care.ended_at is not None and care.ended_at >= since
    if agreed or declined:
        enrolments.end_for_care(work.tx, care.id, work.now)
        occurrences.cancel_planned(work.tx, care.id, "care_ended", work.now)
        given_since.ask_again(work.tx, care.id)
    elif care.state == "active" and care.paused_at is not None and care.paused_at >= since:
        cares.resume(work.tx, care.id)
