"""One inbox row handled: whose it is decides who answers. The row is done in the same
transaction.
"""

from __future__ import annotations

from bot.services import clients, invitations, speak, therapists
from bot.services.incoming import BlockedBot, Incoming, Started
from bot.services.practice import Work
from storage import cares, inbox, people
from storage.inbox import InboxRow
from storage.people import Person


def handle(work: Work, row: InboxRow, incoming: Incoming, chat_id: int) -> str | None:
    """Act on one update of a known person and mark its row done; the toast for a tap, if any."""
    person = people.find_by_chat(work.tx, chat_id)
    toast = None
    if person is not None:
        toast = _receive(work, person, row, incoming, chat_id)
    inbox.mark_done(work.tx, row.id)
    return toast


def _receive(
    work: Work, person: Person, row: InboxRow, incoming: Incoming, chat_id: int
) -> str | None:
    if person.unreachable_at is not None and not isinstance(incoming, BlockedBot):
        people.mark_reachable(work.tx, person.id)
    if isinstance(incoming, Started):
        person = _follow_link(work, person, incoming.token, chat_id)
    if person.role == "client":
        return clients.receive(work, person, incoming, update_id=row.update_id)
    return therapists.receive(work, person, incoming)


def _follow_link(work: Work, person: Person, token: str, chat_id: int) -> Person:
    """A known chat opened another valid link: it moves there if it is free to."""
    invite = invitations.find_valid(work.tx, token, work.now)
    if invite is None or invite.person_id == person.id or not _is_free(work, person):
        return person
    invitations.accept(work.tx, invite, chat_id, work.now)
    return people.load(work.tx, invite.person_id)


def _is_free(work: Work, person: Person) -> bool:
    if person.role != "client":
        return False
    care = cares.find_by_client(work.tx, person.id)
    return care is None or care.state in ("declined", "ended")


def set_aside(work: Work, row: InboxRow, error: str) -> None:
    """A row whose handling failed for good is kept, its sender is told, and the chat goes on."""
    inbox.quarantine(work.tx, row.id, error=error, now=work.now)
    person = people.find(work.tx, row.person_id) if row.person_id is not None else None
    if person is not None:
        speaks = work.say if person.role == "client" else work.tell
        text = speaks(person.language, "kept_aside")
        speak.reply(work, person.id, text, key="aside")
