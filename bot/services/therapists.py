"""What a therapist's commands and taps lead to. They reach their own caseload and nobody else's."""

from __future__ import annotations

from typing import assert_never

from bot.services import acknowledging, calendar, digests, invitations, speak
from bot.services.buttons import Press
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
from bot.services.practice import Work
from flows.schedule.zones import zone
from flows.script.flow import LANGUAGES
from storage import cares, occurrences, outbox, people
from storage.cares import Care
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
        case BlockedBot():
            people.mark_unreachable(work.tx, person.id, work.now)
            outbox.drop_for_person(work.tx, person.id, reason="blocked", now=work.now)
        case UnblockedBot():
            people.mark_reachable(work.tx, person.id)
        case EditedMessage() | NothingForUs():
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
    lines.extend(_client_line(work, person, care) for care in listed)
    for number, text in enumerate(_in_pages(lines)):
        speak.reply(work, person.id, text, key=f"clients:{number}")


def _client_line(work: Work, person: Person, care: Care) -> str:
    state: str = "paused" if care.state == "active" and care.paused_at else care.state
    if care.state == "active" and care.unreachable_at is not None:
        state = "unreachable"
    values: dict[str, object] = {"alias": care.alias, "code": care.client_code}
    due_at = occurrences.next_due_for_care(work.tx, care.id, work.now)
    if state == "active" and due_at is not None:
        return work.tell(
            person.language, "client_active_next", zone=zone(person.zone), at=due_at, **values
        )
    return work.tell(person.language, f"client_{state}", **values)


def _in_pages(lines: list[str], most: int = 3800) -> list[str]:
    pages = [""]
    for line in lines:
        if len(pages[-1]) + len(line) + 1 > most:
            pages.append("")
        pages[-1] = f"{pages[-1]}\n{line}".strip()
    return pages


def _pressed(work: Work, person: Person, pressed: Pressed) -> str | None:
    press = pressed.press
    stale = work.tell(person.language, "toast_stale")
    if press is None:
        return stale
    match press.name:
        case "language" | "session":
            return _about_client(work, person, press, pressed.message_id)
        case "undo_session":
            return calendar.undo(work, person, press.numbers[0], pressed.message_id)
        case "flag" | "flags" | "acknowledge" | "details" | "read":
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
    if care.state not in ("draft", "invited") or press.numbers[1] >= len(LANGUAGES):
        return work.tell(person.language, "toast_stale")
    invitations.choose_language(work, person, care, press.numbers[1], message_id)
    return None
