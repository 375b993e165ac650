"""What a client's commands, words and taps lead to."""

from __future__ import annotations

from typing import assert_never

from bot.messages import Button
from bot.services import check_ins, consents, planning, safety, speak
from bot.services.buttons import Press, data
from bot.services.incoming import (
    BlockedBot,
    Commanded,
    EditedMessage,
    Incoming,
    NothingForUs,
    Pressed,
    Said,
    SentSomething,
    Started,
    UnblockedBot,
)
from bot.services.naming import names_for
from bot.services.practice import Work
from flows.engine.inputs import Recalled, SentOther, Skipped, Tapped, Typed, WentBack
from flows.schedule.occurrences import plan_request
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import cares, occurrences, outbox, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn, find, find_open
from storage.people import Person

ALWAYS = frozenset({"help", "crisis", "privacy"})
"""Answered before consent and after the end, too."""


def receive(work: Work, person: Person, incoming: Incoming, *, update_id: int) -> str | None:
    """Act on what a client did; the toast for a tap, if any."""
    care = cares.find_by_client(work.tx, person.id)
    if care is None:
        return None
    match incoming:
        case Started():
            _start(work, care)
        case Commanded():
            _command(work, care, incoming.name)
        case Said():
            _said(work, care, incoming.text)
        case SentSomething():
            _sent_something(work, care)
        case EditedMessage():
            _static(work, care, "edited_message")
        case Pressed():
            return _pressed(work, care, incoming, update_id)
        case BlockedBot():
            people.mark_unreachable(work.tx, person.id, work.now)
            outbox.drop_for_person(work.tx, person.id, reason="blocked", now=work.now)
        case UnblockedBot():
            people.mark_reachable(work.tx, person.id)
        case NothingForUs():
            pass
        case _:
            assert_never(incoming)
    return None


def _static(work: Work, care: Care, key: str, **values: object) -> None:
    speak.reply(work, care.client_id, work.say(care.language, key, **values), key=key)


def _start(work: Work, care: Care) -> None:
    match care.state:
        case "invited" | "asked":
            consents.ask(work, care)
        case "active":
            due_at = occurrences.next_due_for_care(work.tx, care.id, work.now)
            if due_at is None:
                _static(work, care, "already_here")
            else:
                _static(work, care, "already_here_next", zone=zone(care.zone), at=due_at)
        case "declined" | "ended" | "draft":
            _static(work, care, "care_over")
        case _:
            assert_never(care.state)


def _command(work: Work, care: Care, name: str) -> None:
    if name in ALWAYS:
        _always(work, care, name)
    elif care.state != "active":
        _start(work, care)
    elif name == "checkin":
        _check_in(work, care)
    elif name == "pause":
        _pause(work, care)
    elif name == "resume":
        _resume(work, care)
    elif name == "stop":
        consents.confirm_stop(work, care)
    else:
        _static(work, care, "unknown_command")


def _always(work: Work, care: Care, name: str) -> None:
    if name == "crisis":
        safety.tell_help(work, care.client_id, care.language)
    elif name == "privacy":
        text = work.say(care.language, "privacy", **names_for(work, care))
        speak.insist(work, care.client_id, text, key="privacy")
    else:
        _static(work, care, "help", **names_for(work, care))


def _pause(work: Work, care: Care) -> None:
    if care.paused_at is not None:
        _static(work, care, "already_paused")
        return
    cares.pause(work.tx, care.id, work.now)
    _static(work, care, "paused", **names_for(work, care))


def _resume(work: Work, care: Care) -> None:
    if care.paused_at is not None:
        cares.resume(work.tx, care.id)
    due_at = occurrences.next_due_for_care(work.tx, care.id, work.now)
    if due_at is None:
        _static(work, care, "resumed")
    else:
        _static(work, care, "resumed_next", zone=zone(care.zone), at=due_at)


def _check_in(work: Work, care: Care) -> None:
    stored = find_open(work.tx, care.id)
    if stored is not None:
        check_ins.receive(work, stored, Recalled())
        return
    flows = _on_request(work)
    if len(flows) == 1:
        _begin(work, care, flows[0])
    elif flows:
        buttons = [
            Button(flow.title.say(care.language), data("begin", place))
            for place, flow in enumerate(flows)
        ]
        text = work.say(care.language, "which_check_in")
        speak.reply(work, care.client_id, text, key="which", rows=speak.column(*buttons))
    else:
        _static(work, care, "nothing_to_answer")


def _on_request(work: Work) -> list[Flow]:
    return [flow for flow in work.practice.shelf.list_current(work.tx) if flow.schedule.on_request]


def _begin(work: Work, care: Care, flow: Flow) -> None:
    slot = plan_request(now=work.now, zone=zone(care.zone), slot="request")
    added = planning.add_request(work, care, flow, slot)
    if added is None:
        _static(work, care, "answered_today")
        return
    occurrence = occurrences.load(work.tx, added)
    check_ins.open_(work, care, occurrence, flow, asked_for=True)


def _said(work: Work, care: Care, text: str) -> None:
    stored = find_open(work.tx, care.id) if care.state == "active" else None
    if stored is not None:
        check_ins.receive(work, stored, Typed(text))
    elif safety.respond_outside(work, care, text):
        return
    elif care.state == "active":
        _static(work, care, "nothing_open", **names_for(work, care))
    else:
        _start(work, care)


def _sent_something(work: Work, care: Care) -> None:
    stored = find_open(work.tx, care.id) if care.state == "active" else None
    if stored is not None:
        check_ins.receive(work, stored, SentOther())
    elif care.state == "active":
        _static(work, care, "nothing_open", **names_for(work, care))
    else:
        _start(work, care)


def _pressed(work: Work, care: Care, pressed: Pressed, update_id: int) -> str | None:
    press = pressed.press
    stale = work.say(care.language, "toast_stale")
    if press is None:
        return stale
    match press.name:
        case "answer" | "skip" | "back" | "recall":
            return _in_check_in(work, care, press, pressed.message_id)
        case "begin":
            return _begin_pressed(work, care, press)
        case "consent" | "decline" | "stop" | "keep":
            return _about_care(work, care, press, pressed.message_id, update_id)
        case _:
            return stale


def _in_check_in(work: Work, care: Care, press: Press, message_id: int | None) -> str | None:
    stored = find(work.tx, press.numbers[0])
    if stored is None or stored.care_id != care.id:
        return work.say(care.language, "toast_stale")
    toast = _act(work, stored, press, message_id)
    if toast is not None and message_id is not None and press.name != "recall":
        # an old question loses its buttons, so that it is not tapped again
        speak.edit(work, care.client_id, message_id, None, key="stale")
    return toast


def _act(work: Work, stored: StoredCheckIn, press: Press, message_id: int | None) -> str | None:
    if press.name == "recall":
        return check_ins.receive(work, stored, Recalled())
    turn_no = press.numbers[1]
    check_ins.proved(work, stored, turn_no, message_id)
    if press.name == "answer":
        tapped = Tapped(turn_no, press.numbers[2])
        return check_ins.receive(work, stored, tapped, message_id=message_id)
    received = Skipped(turn_no) if press.name == "skip" else WentBack(turn_no)
    return check_ins.receive(work, stored, received, message_id=message_id)


def _begin_pressed(work: Work, care: Care, press: Press) -> str | None:
    flows = _on_request(work)
    if care.state != "active" or press.numbers[0] >= len(flows):
        return work.say(care.language, "toast_stale")
    if find_open(work.tx, care.id) is not None:
        return work.say(care.language, "toast_one_at_a_time")
    _begin(work, care, flows[press.numbers[0]])
    return None


def _about_care(
    work: Work, care: Care, press: Press, message_id: int | None, update_id: int
) -> str | None:
    if press.numbers[0] != care.id:
        return work.say(care.language, "toast_stale")
    if message_id is not None:
        speak.edit(work, care.client_id, message_id, None, key="settled")
    match press.name:
        case "consent":
            return consents.give(work, care, update_id=update_id)
        case "decline":
            return consents.decline(work, care)
        case "stop":
            return consents.withdraw(work, care)
        case _:
            return work.say(care.language, "toast_kept")
