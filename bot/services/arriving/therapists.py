"""What a therapist's commands and taps lead to. They reach their own caseload and nobody else's."""

from __future__ import annotations

from typing import assert_never

from bot.services.care import client_card, invitations
from bot.services.digest import acknowledging, digests
from bot.services.therapy_sessions import calendar
from bot.services.work import speak
from bot.services.work.buttons import Press
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
from bot.services.work.practice import Work
from flows.languages import languages
from storage import cares, people
from storage.people import Person


def receive(work: Work, person: Person, incoming: Incoming) -> str | None:
    """Act on what a therapist did; the toast for a tap, if any."""
    match incoming:
        case Started():
            _say(work, person, "hello", name=people.name_of(work.tx, person.id).name)
        case Commanded():
            _command(work, person, incoming)
        case Said() | SentSomething():
            _say(work, person, "not_a_conversation")
        case Pressed():
            return _pressed(work, person, incoming)
        case SentMore() | EditedMessage() | BlockedBot() | UnblockedBot() | NothingForUs():
            pass
        case _:
            assert_never(incoming)
    return None


def _say(work: Work, person: Person, key: str, **values: object) -> None:
    speak.reply(work, person.id, work.tell(person.language, key, **values), key=key)


def _command(work: Work, person: Person, command: Commanded) -> None:
    match command.name:
        case "help":
            _say(work, person, "help")
        case "privacy":
            _say(work, person, "privacy")
        case "invite":
            invitations.begin_for_client(work, person, command.rest)
        case "clients":
            _clients(work, person)
        case "client":
            client_card.command(work, person, command.rest)
        case "session":
            calendar.command(work, person, command.rest)
        case "digest":
            digests.show_draft(work, person)
        case _:
            _say(work, person, "unknown_command")


def _clients(work: Work, person: Person) -> None:
    listed = cares.list_for_therapist(work.tx, person.id, states=cares.STATES)
    if not listed:
        _say(work, person, "no_clients")
        return
    lines = [work.tell(person.language, "clients_title", count=len(listed))]
    lines.extend(client_card.client_line(work, person, care) for care in listed)
    speak.reply(work, person.id, "\n".join(lines), key="clients")


def _pressed(work: Work, person: Person, pressed: Pressed) -> str | None:
    press = pressed.press
    stale = work.tell(person.language, "toast_stale")
    if press is None:
        return stale
    match press.name:
        case "language" | "session":
            return _about_client(work, person, press, pressed.message_id)
        case "move_session" | "add_session":
            return calendar.press(work, person, press, pressed.message_id)
        case "card" | "card_offer" | "card_flow" | "card_send":
            return client_card.press(work, person, press, pressed.message_id)
        case "undo_session":
            return calendar.undo(work, person, press.numbers[0], pressed.message_id)
        case "flag" | "flags" | "acknowledge" | "details" | "read" | "whole":
            return acknowledging.press(work, person, press, pressed.message_id)
        case _:
            return stale


def _about_client(work: Work, person: Person, press: Press, message_id: int | None) -> str | None:
    care = cares.find(work.tx, press.numbers[0])
    if care is None or care.therapist_id != person.id:
        return work.tell(person.language, "toast_stale")
    if press.name == "session":
        calendar.just_ended(work, person, care)
        return None
    if care.state != "draft" or press.numbers[1] >= len(languages()):
        return work.tell(person.language, "toast_stale")
    invitations.choose_language(work, person, care, press.numbers[1], message_id)
    return None
