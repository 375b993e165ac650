"""One-use, expiring deep links and the people behind them: for a therapist from the command line,
for a client from ``inviting``.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from bot.services.work.unit_of_work import Work
from flows.languages import Language
from storage import audit, cares, invites, moves, outbox, people
from storage.errors import CodeTaken
from storage.invites import Invite
from storage.people import Person
from storage.store import Tx


def token_hash(token: str) -> bytes:
    """Hash a token for the database: 128 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def find_valid(tx: Tx, token: str, now: datetime) -> Invite | None:
    """The unused, unexpired invite behind a deep link's token; one to another chat is good only as
    long as its care lasts, and not while it is open who came by another such link.
    """
    invite = invites.find_valid(tx, token_hash(token), now) if token else None
    move = None if invite is None else moves.find_offered(tx, invite.id)
    if move is None:
        return invite
    is_over = cares.load(tx, move.care_id).state not in ("asked", "active")
    is_open = moves.find_unsettled(tx, move.person_id) is not None
    return None if is_over or is_open else invite


def accept(
    tx: Tx, invite: Invite, chat_id: int, now: datetime, *, pressed_at: datetime | None
) -> None:
    """Bind the chat to the invited person; the link is used up.

    ``pressed_at``: when that was asked for, by Telegram's clock and in whole seconds as for all
    words. What is written in a new chat is of that time or later, also where the bot was down.

    Where they were in another chat before, what waits to be said there is not said in the new one:
    it may repeat their words, or be about messages that are not there. Safety text goes along.
    """
    invites.mark_used(tx, invite.id, now)
    move = moves.find_offered(tx, invite.id)
    if move is None:
        people.bind_chat(tx, invite.person_id, chat_id, now)
        return
    moves.open_(tx, move, chat_id, now if pressed_at is None else min(now, pressed_at))
    outbox.drop_for_person(
        tx, invite.person_id, reason="moved", now=now, classes=("once", "reply", "idem")
    )


def add_person(work: Work, *, role: people.Role, language: Language, zone_name: str) -> Person:
    """A new person under a code that nobody has."""
    while True:
        try:
            return people.add(
                work.tx,
                role=role,
                code=work.practice.ids.code(),
                language=language,
                zone=zone_name,
                now=work.now,
            )
        except CodeTaken:
            continue


def link_for(work: Work, person_id: int, hours: int) -> tuple[str, datetime]:
    """A fresh deep link for a person and when it ends; an earlier unused one ends now."""
    link, invite = new_link(work, person_id, hours)
    return link, invite.expires_at


def new_link(work: Work, person_id: int, hours: int) -> tuple[str, Invite]:
    """The same, with the invite behind it."""
    token = work.practice.ids.token()
    invite = invites.add(
        work.tx,
        person_id=person_id,
        token_hash=token_hash(token),
        now=work.now,
        expires_at=work.now + timedelta(hours=hours),
    )
    return f"https://t.me/{work.practice.username}?start={token}", invite


def invite_therapist(
    work: Work, *, name: people.Name, language: Language, zone_name: str
) -> tuple[Person, str, datetime]:
    """A new therapist, their deep link and when it ends."""
    return _invite(work, "therapist", name, language, zone_name)


def invite_supervisor(
    work: Work, *, name: people.Name, language: Language, zone_name: str
) -> tuple[Person, str, datetime]:
    """A new supervisor, who supervises nobody yet, their deep link and when it ends."""
    return _invite(work, "supervisor", name, language, zone_name)


def _invite(
    work: Work,
    role: Literal["therapist", "supervisor"],
    name: people.Name,
    language: Language,
    zone_name: str,
) -> tuple[Person, str, datetime]:
    person = add_person(work, role=role, language=language, zone_name=zone_name)
    people.rename(work.tx, person.id, name)
    link, expires_at = link_for(work, person.id, work.practice.settings.invites.therapist_hours)
    audit.add(work.tx, now=work.now, actor="admin", action=f"{role}.invited", subject=person.code)
    return person, link, expires_at


def rename_therapist(work: Work, person: Person, name: people.Name) -> None:
    """The therapist is called so, from the next text on that is made with the name."""
    people.rename(work.tx, person.id, name)
    audit.add(work.tx, now=work.now, actor="admin", action="therapist.renamed", subject=person.code)
