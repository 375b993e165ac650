"""Everything that somebody of the practice writes, sends or taps, by the table of their role.

Used by dispatch. Nothing of it is screened for hard words: it is nobody's own distress.
"""

from __future__ import annotations

from typing import assert_never

from bot.services.arriving import menus
from bot.services.arriving.entries.entry import Asked, Table
from bot.services.arriving.entries.for_admins import FOR_ADMINS
from bot.services.arriving.entries.for_handover import why_stale
from bot.services.arriving.entries.for_supervisors import FOR_SUPERVISORS
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from bot.services.supervising import grants
from bot.services.therapy_sessions import calendar_files
from bot.services.work import own_menu, speak
from bot.services.work.buttons import STALE
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    Document,
    EditedMessage,
    Forwarded,
    Incoming,
    NothingForUs,
    Pressed,
    Said,
    SentMore,
    SentSomething,
    Started,
    UnblockedBot,
    read_text,
)
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage import people
from storage.people import Person

TABLES: dict[people.Role, Table[Person, StaffKey]] = {
    "therapist": FOR_THERAPISTS,
    "supervisor": FOR_SUPERVISORS,
}
"""The entries of everybody who has some and is no client."""
OF_ADMINS = {
    role: Table((*table.commands, *FOR_ADMINS.commands), (*table.taps, *FOR_ADMINS.taps))
    for role, table in TABLES.items()
}
"""The same with what an admin has besides."""


def table_of(person: Person) -> Table[Person, StaffKey] | None:
    """The entries of somebody of the practice; None for a client."""
    return (TABLES if person.admin_since is None else OF_ADMINS).get(person.role)


def act(
    work: Work,
    person: Person,
    table: Table[Person, StaffKey],
    incoming: Incoming,
    update_id: int,
) -> str | None:
    """Let what somebody of the practice did lead to what it means; the toast for a tap, if any."""
    match incoming:
        case Started():
            _greet(work, person)
        case Commanded():
            _command_of_staff(work, person, table, incoming)
        case EditedMessage():
            _edited_by_staff(work, person, table, incoming)
        case (
            SentSomething(document=Document() as document)
            | Forwarded(document=Document() as document)
        ) if person.role == "therapist":
            calendar_files.receive(work, person, document)
        case Said() | Forwarded() | SentSomething():
            speak.to_therapist(work, person, "not_a_conversation")
        case Pressed():
            toast = table.answer(work, person, "running", incoming, update_id)
            return why_stale(work, person, incoming.press) if toast is STALE else toast
        case SentMore() | BlockedBot() | UnblockedBot() | NothingForUs():
            pass
        case _:
            assert_never(incoming)
    return None


def _greet(work: Work, person: Person) -> None:
    name = people.name_of(work.tx, person.id).name
    hello: StaffKey = "hello" if person.role == "therapist" else "hello_supervisor"
    menu = own_menu.carried(work, person, menus.commands_of(work, person))
    text = work.tell(person.language, hello, name=name)
    speak.reply(work, person.id, text, key="hello", menu=menu)
    if person.role == "supervisor":
        grants.arrive(work, person)


def _command_of_staff(
    work: Work, person: Person, table: Table[Person, StaffKey], command: Commanded
) -> None:
    entry = table.command(command.name)
    if entry is None:
        speak.to_therapist(work, person, "unknown_command")
    else:
        entry.act(work, person, Asked(command.rest))


def _edited_by_staff(
    work: Work, person: Person, table: Table[Person, StaffKey], edited: EditedMessage
) -> None:
    """A command that was mended acts, unless doing it twice could do harm: then it is to be sent
    anew.
    """
    meant = read_text(edited.text)
    if not isinstance(meant, Commanded):
        speak.to_therapist(work, person, "not_a_conversation")
        return
    entry = table.command(meant.name)
    if entry is not None and entry.edited == "to_send_anew":
        speak.to_therapist(work, person, "edited_command")
    else:
        _command_of_staff(work, person, table, meant)
