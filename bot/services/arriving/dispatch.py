"""One inbox row handled: whose it is decides who answers. The row is done in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.services.arriving import clients, therapists
from bot.services.care import invitations
from bot.services.digest import digests
from bot.services.work import speak
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    Incoming,
    Pressed,
    Received,
    Started,
)
from bot.services.work.practice import Work
from flows.digest.arrange import Digest
from flows.languages import Language
from storage import cares, inbox, outbox, people
from storage.inbox import InboxRow
from storage.people import Person


def handle(work: Work, row: InboxRow, received: Received) -> str | None:
    """Act on one update of a known person and mark its row done; the toast for a tap, if any."""
    mine = _caused_by(work, row, "in")
    person = people.find_by_chat(work.tx, received.chat_id)
    toast = None
    if person is not None:
        toast = _receive(mine, person, row, received.incoming, received.chat_id)
    inbox.mark_done(work.tx, row.id)
    return toast


def look_ahead(work: Work, chat_id: int) -> Digest | None:
    """The draft of whoever this chat belongs to, for an update that asks for it: gathering a whole
    caseload takes longer than a write may.
    """
    person = people.find_by_chat(work.tx, chat_id)
    if person is None or person.role != "therapist":
        return None
    return digests.draft_digest(work, person)


def asks_for_draft(incoming: Incoming) -> bool:
    """True for /digest and for a tap under a draft."""
    if isinstance(incoming, Commanded):
        return incoming.name == "digest"
    if not isinstance(incoming, Pressed) or incoming.press is None:
        return False
    return digests.is_about_draft(incoming.press)


def _caused_by(work: Work, row: InboxRow, what: str) -> Work:
    """What is said for this row is keyed by it. Rows go after two days and SQLite gives their ids
    out again, so the id alone would let an old message swallow a new one.
    """
    return replace(work, origin=f"{what}{row.id}@{row.received_at.timestamp():.6f}")


def _receive(
    work: Work, person: Person, row: InboxRow, incoming: Incoming, chat_id: int
) -> str | None:
    if isinstance(incoming, BlockedBot):
        people.mark_unreachable(work.tx, person.id, work.now)
        outbox.drop_for_person(work.tx, person.id, reason="blocked", now=work.now)
        return None
    if person.unreachable_at is not None:
        people.mark_reachable(work.tx, person.id)
        if person.role == "therapist":
            digests.send_unseen(work, person)
    if isinstance(incoming, Started):
        led = _follow_link(work, person, incoming.token, chat_id)
        if led is None:
            return None
        person = led
    if person.role == "client":
        return clients.receive(work, person, incoming, update_id=row.update_id)
    return therapists.receive(work, person, incoming)


def _follow_link(work: Work, person: Person, token: str, chat_id: int) -> Person | None:
    """A known chat opened a valid link: it moves there if it is free to, else None and a word why.

    A link that is refused stays good for the person for whom it was made.
    """
    invite = invitations.find_valid(work.tx, token, work.now)
    if invite is None:
        return person
    if invite.person_id != person.id and not _is_free(work, person):
        text = _speaks(work, person)(person.language, "link_for_another")
        speak.reply(work, person.id, text, key="link")
        return None
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
        text = _speaks(work, person)(person.language, "kept_aside")
        speak.reply(_caused_by(work, row, "aside"), person.id, text, key="aside")


def _speaks(work: Work, person: Person) -> Callable[[Language, str], str]:
    return work.say if person.role == "client" else work.tell
