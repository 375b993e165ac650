"""A client has a new phone with another Telegram account: their therapist makes a link that brings
them, and nobody else, to a new chat; and says whether the right person came.

Used by the entries of therapists. What was given before a move must never be erased here: a stray
link that was used is undone by taking away what was given since, and by nothing else.
"""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Button
from bot.services.care import client_card
from bot.services.care.invitations import new_link
from bot.services.own_data import new_chat, undoing
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import audit, moves, risk_cases
from storage.cares import Care
from storage.moves import Move
from storage.people import Person

ADDRESS_FOR = timedelta(days=28)
"""For so long the address of the chat before is kept, so that it can be connected again."""


def ask(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Say what the link does, before it is made."""
    if not client_card.can_move(work, care):
        return STALE
    text = work.tell(therapist.language, "new_phone_ask", alias=care.alias)
    make = Button(
        work.tell(therapist.language, "button_new_phone_link"), data("new_phone_link", care.id)
    )
    back = Button(work.tell(therapist.language, "button_back"), data("card", care.id))
    rows = speak.column(make, back)
    speak.edit(work, therapist.id, message_id, text, key="new_phone?", rows=rows)
    return None


def make_link(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Hand out a link for the same person and care; one before that nobody opened ends."""
    if not client_card.can_move(work, care):
        return STALE
    link, invite = new_link(work, care.client_id, work.practice.settings.invites.client_hours)
    moves.add(work.tx, person_id=care.client_id, care_id=care.id, invite_id=invite.id, now=work.now)
    _note(work, therapist, care, "client.new_phone_link")
    speak.edit(work, therapist.id, message_id, None, key="new_phone")
    ready = work.tell(
        therapist.language,
        "new_phone_ready",
        alias=care.alias,
        zone=zone(therapist.zone),
        until=invite.expires_at,
    )
    speak.picture(work, therapist.id, ready, code=link, key="new_phone_ready")
    letter = work.say(care.language, "new_phone_letter", link=link, **names_for(work, care))
    copy = Button(work.tell(therapist.language, "button_copy_link"), copies=link)
    speak.reply(work, therapist.id, letter, key="letter", rows=speak.column(copy))
    return None


def recognise(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """The client said the word: the new chat is theirs, and the address of the one before goes."""
    move = _unsettled(work, care)
    if move is None:
        return STALE
    moves.settle(work.tx, move, "recognised", work.now)
    moves.keep_former(work.tx, move, None)
    _note(work, therapist, care, "client.recognised")
    text = work.tell(therapist.language, "new_phone_heard", alias=care.alias)
    speak.edit(work, therapist.id, message_id, text, key="heard")
    new_chat.welcome(work, move)
    return None


def ask_to_undo(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask once more, and say what goes and what stays."""
    if _unsettled(work, care) is None:
        return STALE
    is_kept = moves.former_chat_of(work.tx, care.client_id) is not None
    key: StaffKey = "wrong_phone_sure" if is_kept else "wrong_phone_sure_late"
    text = work.tell(therapist.language, key, alias=care.alias)
    undo = Button(
        work.tell(therapist.language, "button_wrong_person_now"), data("wrong_phone_now", care.id)
    )
    keep = Button(work.tell(therapist.language, "button_not_yet"), data("card", care.id))
    rows = speak.column(undo, keep)
    speak.edit(work, therapist.id, message_id, text, key="wrong_phone?", rows=rows)
    return None


def undo(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """It was somebody else: they are cut off, what they gave goes, and what was before stays."""
    move = _unsettled(work, care)
    if move is None:
        return STALE
    undoing.take_away(work, move)
    moves.settle(work.tx, move, "undone", work.now)
    is_back = new_chat.go_back(work, move)
    _note(work, therapist, care, "client.move_undone")
    key: StaffKey = "wrong_phone_undone" if is_back else "wrong_phone_undone_late"
    parts = [work.tell(therapist.language, key, alias=care.alias)]
    case = risk_cases.find_open(work.tx, care.id)
    if case is not None and move.opened_at is not None and case.changed_at >= move.opened_at:
        parts.append(work.tell(therapist.language, "wrong_phone_case"))
    speak.edit(work, therapist.id, message_id, " ".join(parts), key="undone")
    return None


def _unsettled(work: Work, care: Care) -> Move | None:
    """The move that this care's therapist is to judge."""
    move = moves.find_unsettled(work.tx, care.client_id)
    return move if move is not None and move.care_id == care.id else None


def _note(work: Work, therapist: Person, care: Care, action: str) -> None:
    audit.add(
        work.tx,
        now=work.now,
        actor=therapist.code,
        action=action,
        subject=care.client_code,
    )
