"""What a client's commands, words and taps lead to."""

from __future__ import annotations

from typing import assert_never

from bot.services.arriving import client_taps
from bot.services.care import consents
from bot.services.check_in import asked_for, check_ins
from bot.services.planning import own_times, projecting
from bot.services.safety import crisis_help
from bot.services.work import speak
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    EditedMessage,
    Incoming,
    NothingForUs,
    Pressed,
    Said,
    SentMore,
    SentSomething,
    Started,
    UnblockedBot,
)
from bot.services.work.naming import names_for
from bot.services.work.practice import Work
from flows.engine.inputs import Recalled, SentOther
from flows.schedule.zones import zone
from storage import cares
from storage.cares import Care
from storage.check_ins import find_open
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
            if not crisis_help.respond_outside(work, care, incoming.token):
                _start(work, care)
        case Commanded():
            _command(work, care, incoming)
        case Said():
            _said(work, care, incoming.text)
        case SentSomething():
            _sent_something(work, care, incoming.caption)
        case SentMore():
            crisis_help.respond_outside(work, care, incoming.caption)
        case EditedMessage():
            if not crisis_help.respond_outside(work, care, incoming.text):
                _static(work, care, "edited_message")
        case Pressed():
            return client_taps.press(work, care, incoming, update_id=update_id)
        case BlockedBot() | UnblockedBot() | NothingForUs():
            pass
        case _:
            assert_never(incoming)
    return None


def _static(work: Work, care: Care, key: str, **values: object) -> None:
    speak.reply(work, care.client_id, work.say(care.language, key, **values), key=key)


def _start(work: Work, care: Care) -> None:
    match care.state:
        case "draft" | "invited" | "asked":
            consents.ask(work, care)
        case "active":
            _where_things_stand(work, care)
        case "declined" | "ended":
            _static(work, care, "care_over")
        case _:
            assert_never(care.state)


def _where_things_stand(work: Work, care: Care) -> None:
    stored = find_open(work.tx, care.id)
    due_at = projecting.next_at(work, care)
    if stored is not None:
        check_ins.receive(work, stored, Recalled())
    elif care.paused_at is not None:
        _static(work, care, "already_paused")
    elif due_at is None:
        _static(work, care, "already_here")
    else:
        _static(work, care, "already_here_next", zone=zone(care.zone), at=due_at)


def _command(work: Work, care: Care, command: Commanded) -> None:
    name = command.name
    if crisis_help.respond_outside(work, care, f"{name} {command.rest}"):
        return
    if name in ALWAYS:
        _always(work, care, name)
    elif care.state != "active":
        _start(work, care)
    elif name == "checkin":
        asked_for.ask(work, care)
    elif name == "when":
        own_times.command(work, care, command.rest)
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
        crisis_help.tell_help(work, care.client_id, care.language)
    elif name == "privacy":
        text = work.say(care.language, "privacy", **names_for(work, care))
        speak.insist(work, care.client_id, text, key="privacy")
    else:
        _static(work, care, "help", **names_for(work, care))


def _pause(work: Work, care: Care) -> None:
    if care.paused_at is not None:
        _static(work, care, "already_paused")
        return
    cares.pause(work.tx, care.id, work.said_at)
    _static(work, care, "paused", **names_for(work, care))


def _resume(work: Work, care: Care) -> None:
    if care.paused_at is not None:
        cares.resume(work.tx, care.id)
    due_at = projecting.next_at(work, care)
    if due_at is None:
        _static(work, care, "resumed")
    else:
        _static(work, care, "resumed_next", zone=zone(care.zone), at=due_at)


def _said(work: Work, care: Care, text: str) -> None:
    stored = find_open(work.tx, care.id) if care.state == "active" else None
    if stored is not None:
        check_ins.type_(work, stored, text)
    elif crisis_help.respond_outside(work, care, text):
        return
    elif care.state == "active":
        if not own_times.typed(work, care, text):
            _static(work, care, "nothing_open", **names_for(work, care))
    else:
        _start(work, care)


def _sent_something(work: Work, care: Care, caption: str) -> None:
    stored = find_open(work.tx, care.id) if care.state == "active" else None
    if crisis_help.respond_outside(work, care, caption):
        return
    if stored is not None:
        check_ins.receive(work, stored, SentOther())
    elif care.state == "active":
        _static(work, care, "nothing_open", **names_for(work, care))
    else:
        _start(work, care)
