"""Turns taps on the buttons of a check-in into inputs of the engine."""

from __future__ import annotations

from bot.services.arriving.entries.entry import Touched
from bot.services.check_in import check_ins, snoozing
from bot.services.therapy_sessions import not_met
from bot.services.work import speak, tapped_message
from bot.services.work.buttons import Toast
from bot.services.work.unit_of_work import Work
from flows.engine.inputs import (
    AddingBegun,
    Confirmed,
    Input,
    Recalled,
    Skipped,
    Tapped,
    WentBack,
    Withheld,
)
from storage.cares import Care
from storage.check_ins import StoredCheckIn


def answer(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """One of the choices."""
    choice = tapped.press.number("choice")
    return _under_question(work, care, stored, tapped, Tapped(_turn(tapped), choice))


def skip(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """The question is passed over."""
    return _under_question(work, care, stored, tapped, Skipped(_turn(tapped)))


def back(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """The question before this one is open again."""
    return _under_question(work, care, stored, tapped, WentBack(_turn(tapped)))


def done(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """Take the ticked options as the answer."""
    return _under_question(work, care, stored, tapped, Confirmed(_turn(tapped)))


def withhold(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """The client would rather not say."""
    return _under_question(work, care, stored, tapped, Withheld(_turn(tapped)))


def add(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """Add the next typed words to the last answer; the question stays open, with its buttons."""
    if _is_elsewhere(work, stored, tapped):
        return _point_to_open(work, care, stored, tapped)
    return check_ins.receive(work, stored, AddingBegun(_turn(tapped)))


def recall(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """The open question is shown again."""
    return check_ins.receive(work, stored, Recalled())


def later(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """Ask when the question shall come up again."""
    if not _is_open(stored, tapped):
        return _past(work, care, stored, tapped, work.say(stored.state.language, "toast_stale"))
    if _is_elsewhere(work, stored, tapped):
        return _point_to_open(work, care, stored, tapped)
    snoozing.offer(work, stored, tapped.message_id)
    return None


def snooze(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """Put the question off to the time that was chosen."""
    language, message_id = stored.state.language, tapped.message_id
    if not _is_open(stored, tapped):
        return _past(work, care, stored, tapped, work.say(language, "toast_stale"))
    meant = snoozing.chosen(work, stored, tapped.press.word, _turn(tapped))
    if meant is None:
        snoozing.offer(work, stored, message_id)
        return work.say(language, "toast_later_gone")
    check_ins.receive(work, stored, meant)
    rows = check_ins.rows_of(work, stored, message_id)
    speak.edit(work, care.client_id, message_id, None, key="later", rows=rows)
    snoozing.tell(work, stored, meant)
    return None


def unmet(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """The therapy session did not take place: ask how, in place of the question's buttons."""
    if _is_elsewhere(work, stored, tapped):
        return _point_to_open(work, care, stored, tapped)
    return not_met.ask(work, care, stored, tapped.message_id)


def change(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """Open the answers to changes again, as long as no digest has them."""
    return check_ins.reopen(work, stored, tapped.message_id)


def _turn(tapped: Touched) -> int:
    return tapped.press.number("turn")


def _under_question(
    work: Work, care: Care, stored: StoredCheckIn, tapped: Touched, meant: Input
) -> Toast:
    if _is_elsewhere(work, stored, tapped):
        return _point_to_open(work, care, stored, tapped)
    toast = check_ins.receive(work, stored, meant, message_id=tapped.message_id)
    return None if toast is None else _past(work, care, stored, tapped, toast)


def _is_elsewhere(work: Work, stored: StoredCheckIn, tapped: Touched) -> bool:
    """True for a button of the open question under a message in which it does not stand."""
    return _is_open(stored, tapped) and not tapped_message.shows_question(
        work, stored, _turn(tapped), tapped.message_id, tapped.shown_at
    )


def _point_to_open(work: Work, care: Care, stored: StoredCheckIn, tapped: Touched) -> Toast:
    """Nothing is taken from such a message; its one button leads to the open question."""
    rows = speak.row(snoozing.go_on(work, stored))
    speak.edit(work, care.client_id, tapped.message_id, None, key="stale", rows=rows)
    return work.say(stored.state.language, "toast_stale")


def _is_open(stored: StoredCheckIn, tapped: Touched) -> bool:
    return stored.state.status == "open" and stored.state.turn_no == _turn(tapped)


def _past(
    work: Work, care: Care, stored: StoredCheckIn, tapped: Touched, toast: str | None
) -> Toast:
    """Let an old question lose its buttons, so that it is not tapped again; where the open one is
    further down than right below it, one button leads there.
    """
    is_far = stored.state.status == "open" and _turn(tapped) < stored.state.turn_no - 1
    rows = speak.row(snoozing.go_on(work, stored)) if is_far else ()
    speak.edit(work, care.client_id, tapped.message_id, None, key="stale", rows=rows)
    return toast
