"""What a client's taps lead to. A tap is a claim: what is not this client's own does nothing."""

from __future__ import annotations

from bot.services.care import consents
from bot.services.check_in import asked_for, check_ins
from bot.services.planning import own_times
from bot.services.work import speak
from bot.services.work.buttons import Press
from bot.services.work.incoming import Pressed
from bot.services.work.practice import Work
from flows.engine.inputs import Confirmed, Input, Recalled, Skipped, Tapped, WentBack, Withheld
from storage.cares import Care
from storage.check_ins import StoredCheckIn, find


def press(work: Work, care: Care, pressed: Pressed, *, update_id: int) -> str | None:
    """Act on a tap, if what it names is this client's own; the toast."""
    tapped = pressed.press
    stale = work.say(care.language, "toast_stale")
    if tapped is None:
        return stale
    match tapped.name:
        case "answer" | "skip" | "back" | "done" | "withhold" | "recall" | "change":
            return _in_check_in(work, care, tapped, pressed.message_id)
        case "own_times" | "own_set" | "own_reset":
            return own_times.press(work, care, tapped, pressed.message_id)
        case "begin":
            return asked_for.press(work, care, tapped)
        case "consent" | "decline" | "stop" | "keep":
            return _about_care(work, care, tapped, pressed.message_id, update_id)
        case _:
            return stale


def _in_check_in(work: Work, care: Care, tapped: Press, message_id: int | None) -> str | None:
    stored = find(work.tx, tapped.numbers[0])
    if stored is None or stored.care_id != care.id:
        return work.say(care.language, "toast_stale")
    toast = _act(work, stored, tapped, message_id)
    if toast is not None and message_id is not None and tapped.name != "recall":
        # an old question loses its buttons, so that it is not tapped again
        speak.edit(work, care.client_id, message_id, None, key="stale")
    return toast


def _act(work: Work, stored: StoredCheckIn, tapped: Press, message_id: int | None) -> str | None:
    if tapped.name == "recall":
        return check_ins.receive(work, stored, Recalled())
    if tapped.name == "change":
        return check_ins.reopen(work, stored, message_id)
    turn_no = tapped.numbers[1]
    check_ins.proved(work, stored, turn_no, message_id)
    return check_ins.receive(work, stored, _input(tapped, turn_no), message_id=message_id)


def _input(tapped: Press, turn_no: int) -> Input:
    """What a button under a question means to the engine."""
    match tapped.name:
        case "answer":
            return Tapped(turn_no, tapped.numbers[2])
        case "skip":
            return Skipped(turn_no)
        case "done":
            return Confirmed(turn_no)
        case "withhold":
            return Withheld(turn_no)
        case _:
            return WentBack(turn_no)


def _about_care(
    work: Work, care: Care, tapped: Press, message_id: int | None, update_id: int
) -> str | None:
    if tapped.numbers[0] != care.id:
        return work.say(care.language, "toast_stale")
    if message_id is not None:
        speak.edit(work, care.client_id, message_id, None, key="settled")
    match tapped.name:
        case "consent":
            return consents.give(work, care, shown=tapped.numbers[1], update_id=update_id)
        case "decline":
            return consents.decline(work, care)
        case "stop":
            return consents.withdraw(work, care)
        case _:
            return work.say(care.language, "toast_kept")
