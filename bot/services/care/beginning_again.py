"""Beginning again after an ending: the therapist asks for it, and the client is asked once.

    over -> to be asked, once it suits -> asked -> takes part, or said no

Used by the entries of therapists and the ticker. The care is the one of before, with all that is in
it. Who stopped by themself or said no is never asked; nothing else is said before a yes.
"""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Button, Rows
from bot.services.care import ending
from bot.services.consent import stepwise
from bot.services.planning import enrolling
from bot.services.safety import holding
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import (
    audit,
    beginnings,
    cares,
    check_ins,
    deliveries,
    enrolments,
    moves,
    people,
    regular_times,
    therapy_sessions,
)
from storage.cares import Care
from storage.people import Person

AT_ONCE = 3
"""So many are looked at in one transaction."""
LATER = timedelta(minutes=30)
"""The wait before another look at what does not fit now."""


def may_ask(work: Work, care: Care) -> bool:
    """True where the therapist may have the client asked whether to begin again: they ended the
    therapy, and the chat of before is the client's still. Nobody of theirs may be here under that
    alias, nor this client in another care. For a day the ending itself is taken back instead.
    """
    if care.state != "ended" or care.ended_by != "therapist" or ending.may_take_back(work, care):
        return False
    if care.unreachable_at is not None or moves.awaits_word(work.tx, care.id):
        return False
    if people.chat_of(work.tx, care.client_id) is None:
        return False
    if cares.list_alike(work.tx, care.therapist_id, care.alias, cares.LIVING):
        return False
    here = cares.list_for_therapist(work.tx, care.therapist_id)
    return all(each.client_id != care.client_id for each in here)


def may_take_back(care: Care) -> bool:
    """True until the client has answered."""
    return care.state == "asked" and care.again_at is not None


def buttons(work: Work, therapist: Person, care: Care) -> Rows:
    """The button on the card that begins it, or the one that takes the question back."""
    if may_ask(work, care):
        label = work.tell(therapist.language, "button_again_ask")
        return speak.row(Button(label, data("again_ask", care.id)))
    if may_take_back(care):
        label = work.tell(therapist.language, "button_again_back")
        return speak.row(Button(label, data("again_back", care.id)))
    return ()


def line(work: Work, therapist: Person, care: Care) -> str:
    """Say on the card whether the client was asked, and since when no answer has come."""
    key: StaffKey = "card_again" if care.again_look_at is None else "card_again_waits"
    at = care.again_at or work.now
    values = {"alias": care.alias, "at": at, "zone": zone(therapist.zone)}
    return work.tell(therapist.language, key, **values)


def ask(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Say what it means and ask whether to do it; nothing counts yet."""
    if not may_ask(work, care):
        return STALE
    language = therapist.language
    now = Button(work.tell(language, "button_again_now"), data("again_now", care.id))
    back = Button(work.tell(language, "button_back"), data("card", care.id))
    text = work.tell(language, "again_means", alias=care.alias)
    rows = speak.column(now, back)
    speak.edit(work, therapist.id, message_id, text, key="again?", rows=rows)
    return None


def decide(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """The client is to be asked, with what everybody starts with prepared for a yes."""
    if not may_ask(work, care):
        return STALE
    beginnings.ask(work.tx, care.id, work.now)
    _call_off_sessions(work, care)
    enrolling.prepare_again(work, care)
    _note(work, therapist, care, "care.asked_again")
    _look(work, cares.load(work.tx, care.id))
    after = cares.load(work.tx, care.id)
    text = line(work, therapist, after)
    rows = buttons(work, therapist, after)
    speak.edit(work, therapist.id, message_id, text, key="again", rows=rows)
    return None


def take_back(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """The therapy is over, since when it was; a client who was asked already is told so."""
    if not may_take_back(care):
        return STALE
    enrolments.end_for_care(work.tx, care.id, work.now)
    beginnings.take_back(work.tx, care.id)
    _note(work, therapist, care, "care.asking_taken_back")
    if care.again_look_at is None:
        _tell_client(work, care)
    text = work.tell(therapist.language, "again_back", alias=care.alias)
    speak.edit(work, therapist.id, message_id, text, key="again_back")
    return None


def carry_on(work: Work) -> bool:
    """Ask some of those who are to be asked; True if there may be more."""
    due = beginnings.list_due(work.tx, work.now, AT_ONCE)
    for care in due:
        _look(work, care)
    return len(due) == AT_ONCE


def _look(work: Work, care: Care) -> None:
    if not _fits(work, care):
        free_at = holding.free_at(work, care)
        look_at = free_at if free_at > work.now else work.now + LATER
        beginnings.put_off(work.tx, care.id, look_at)
        return
    opening = work.say(care.language, "erased_opening")
    key = f"again{care.id}@{work.now.timestamp():.6f}"
    stepwise.show(work, care, opening=opening, key=key)


def _fits(work: Work, care: Care) -> bool:
    """True where the client may be asked now: not at night, after a crisis card or amid other
    questions, and not in a chat that may be anybody's.
    """
    if care.unreachable_at is not None or care.unrecognised_since is not None:
        return False
    if holding.free_at(work, care) > work.now:
        return False
    if check_ins.find_open_of(work.tx, care.client_id) is not None:
        return False
    return not deliveries.waits_for_more(work.tx, care.client_id, work.now)


def _call_off_sessions(work: Work, care: Care) -> None:
    """Therapy sessions are entered anew: what was still planned at the end was not held."""
    regular = regular_times.find_running(work.tx, care.id)
    if regular is not None:
        regular_times.end(work.tx, regular.id, work.now)
        therapy_sessions.release(work.tx, regular.id)
    for each in therapy_sessions.list_for_care(work.tx, care.id, since=care.ended_at):
        if each.state == "planned":
            therapy_sessions.mark(
                work.tx, each.id, was="planned", state="cancelled", now=work.now, by_hand=False
            )


def _tell_client(work: Work, care: Care) -> None:
    opening = work.say(care.language, "erased_opening")
    on = (care.again_at or work.now).astimezone(zone(care.zone)).date()
    said = work.say(care.language, "again_taken_back", on=on, **names_for(work, care))
    key = f"again_back{care.id}"
    not_before = holding.free_at(work, care)
    text = f"{opening}\n\n{said}"
    speak.notify(work, care.client_id, text, key=key, not_before=not_before)


def _note(work: Work, therapist: Person, care: Care, action: str) -> None:
    audit.add(work.tx, now=work.now, actor=therapist.code, action=action, subject=care.client_code)
