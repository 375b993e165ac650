"""A phone was lost: the chat that somebody has here is cut off at once, and a link binds another to
the same person.

Used by ``interlude people``. It must never say anything in the chat that is cut off, and never show
in a new one what was on its way to the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.services.care import out_of_reach
from bot.services.care.invitations import new_link
from bot.services.safety import escalating
from bot.services.work.unit_of_work import Work
from storage import audit, cares, invites, moves, outbox, people
from storage.cares import Care
from storage.people import Person

WhyNot = Literal["not_here_yet", "over"]
"""No link is made: they never opened their first one; or they are a client of nobody any more."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """The change that cutting off a chat has made."""

    had_chat: bool
    dropped: int
    """Messages that waited and will not be sent."""


@dataclass(frozen=True, slots=True)
class Link:
    """A one-use link to the same person."""

    url: str
    until: datetime
    awaits_word: bool
    """True for a client: their therapist is to hear the word from them before anything is shown."""


def cut_off(work: Work, person: Person) -> CutOff:
    """Nothing is sent to the person's chat any more, whoever writes there is a stranger, and no
    link that was made for them before is good.

    What waits is dropped, of whatever class: an alert goes to the next in line at once, a digest is
    sent again when its reader is back, a question is asked anew where its time lasts. A message
    that has left the outbox already may still arrive.
    """
    had_chat = people.chat_of(work.tx, person.id) is not None
    people.leave_chat(work.tx, person.id)
    moves.leave_chat(work.tx, person.id)
    moves.leave_files(work.tx, person.id)
    invites.end_unused(work.tx, person.id, work.now)
    dropped = outbox.drop_for_person(work.tx, person.id, reason="cut_off", now=work.now)
    if had_chat:
        out_of_reach.mark(work, person.id)
        escalating.pass_over(work, person.id)
    _note(work, person, "person.cut_off")
    return CutOff(had_chat, dropped)


def bind_anew(work: Work, person: Person) -> Link | WhyNot:
    """A link that binds another chat to this person, with all that is theirs; the chat of before is
    cut off. A client is not known by it: their therapist has to hear the word.
    """
    care = _care_for_link(work, person) if person.role == "client" else None
    if person.role == "client" and care is None:
        own = cares.list_for_client(work.tx, person.id)
        return "over" if own and all(each.state in cares.OVER for each in own) else "not_here_yet"
    cut_off(work, person)
    hours = work.practice.settings.invites
    url, invite = new_link(
        work, person.id, hours.therapist_hours if care is None else hours.client_hours
    )
    if care is not None:
        moves.add(work.tx, person_id=person.id, care_id=care.id, invite_id=invite.id, now=work.now)
    _note(work, person, "person.link_made")
    return Link(url, invite.expires_at, care is not None)


def _care_for_link(work: Work, client: Person) -> Care | None:
    """The care whose therapist hears the word: the oldest in which the client takes part."""
    own = cares.list_for_client(work.tx, client.id)
    return next((each for each in own if each.state in ("asked", "active")), None)


def _note(work: Work, person: Person, action: str) -> None:
    audit.add(work.tx, now=work.now, actor="admin", action=action, subject=person.code)
