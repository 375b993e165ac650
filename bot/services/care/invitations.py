"""One-use, expiring deep links: for a therapist from the command line, for a client from
/invite.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime, timedelta

from bot.messages import Button
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.languages import BASE, Language, languages, name_of
from flows.schedule.zones import zone
from storage import audit, cares, invites, people
from storage.cares import Care
from storage.errors import CodeTaken
from storage.invites import Invite
from storage.people import Person
from storage.store import Tx

MAX_ALIAS = 24
"""Long enough for a name, short enough for a button."""


def token_hash(token: str) -> bytes:
    """What the database keeps of a token: 128 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def find_valid(tx: Tx, token: str, now: datetime) -> Invite | None:
    """The unused, unexpired invite behind a deep link's token."""
    return invites.find_valid(tx, token_hash(token), now) if token else None


def accept(tx: Tx, invite: Invite, chat_id: int, now: datetime) -> None:
    """Bind the chat to the invited person; the link is used up."""
    invites.mark_used(tx, invite.id, now)
    people.bind_chat(tx, invite.person_id, chat_id, now)


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
    token = work.practice.ids.token()
    expires_at = work.now + timedelta(hours=hours)
    invites.add(
        work.tx,
        person_id=person_id,
        token_hash=token_hash(token),
        now=work.now,
        expires_at=expires_at,
    )
    return f"https://t.me/{work.practice.username}?start={token}", expires_at


def invite_therapist(
    work: Work, *, name: people.Name, language: Language, zone_name: str
) -> tuple[Person, str, datetime]:
    """A new therapist, their deep link and when it ends."""
    person = add_person(work, role="therapist", language=language, zone_name=zone_name)
    people.rename(work.tx, person.id, name)
    link, expires_at = link_for(work, person.id, work.practice.settings.invites.therapist_hours)
    audit.add(work.tx, now=work.now, actor="admin", action="therapist.invited", subject=person.code)
    return person, link, expires_at


def readable_alias(typed: str) -> str:
    """The alias in single spaces and one form of each letter, without characters that do not show.

    Two aliases that look alike are then alike. Empty: nothing of it shows.
    """
    composed = unicodedata.normalize("NFC", " ".join(typed.split()))
    kept = "".join(c for c in composed if unicodedata.category(c)[0] != "C")
    shows = any(unicodedata.category(c)[0] in "LNPS" for c in kept)
    return " ".join(kept.split()) if shows else ""


def begin_for_client(work: Work, therapist: Person, typed: str) -> None:
    """Note whom the therapist wants to invite and ask how to speak to them.

    Whoever has not opened their link yet can be invited again: the earlier link then ends.
    """
    alias = readable_alias(typed)
    known = cares.find_for_therapist(work.tx, therapist.id, alias)
    if not alias:
        speak.to_therapist(work, therapist, "invite_usage")
    elif len(alias) > MAX_ALIAS:
        speak.to_therapist(work, therapist, "invite_too_long", most=MAX_ALIAS)
    elif known is None:
        _ask_language(work, therapist, _new_care(work, therapist, alias))
    elif known.state in ("draft", "invited"):
        if known.state == "invited":
            cares.mark(work.tx, known.id, was="invited", state="draft", now=work.now)
        _ask_language(work, therapist, known)
    else:
        speak.to_therapist(work, therapist, "invite_taken", alias=known.alias)


def _new_care(work: Work, therapist: Person, alias: str) -> Care:
    client = add_person(work, role="client", language=BASE, zone_name=work.practice.zone.key)
    return cares.add(
        work.tx, client_id=client.id, therapist_id=therapist.id, alias=alias, now=work.now
    )


def _ask_language(work: Work, therapist: Person, care: Care) -> None:
    buttons = [
        Button(
            name_of(language, therapist.language),
            data("language", care.id, word=language),
        )
        for language in languages()
    ]
    text = work.tell(therapist.language, "invite_language", alias=care.alias)
    speak.reply(work, therapist.id, text, key="invite", rows=speak.column(*buttons))


def choose_language(work: Work, therapist: Person, care: Care, code: str, message_id: int) -> Toast:
    """Settle how the client is addressed and hand out the link, to be passed on.

    A doubled tap must not end the link that the first one handed out.
    """
    language = next((each for each in languages() if each == code), None)
    if language is None or care.state != "draft":
        return STALE
    people.set_language(work.tx, care.client_id, language)
    cares.mark(work.tx, care.id, was="draft", state="invited", now=work.now)
    link, expires_at = link_for(work, care.client_id, work.practice.settings.invites.client_hours)
    audit.add(
        work.tx,
        now=work.now,
        actor=therapist.code,
        action="client.invited",
        subject=care.client_code,
    )
    chosen = name_of(language, therapist.language)
    text = work.tell(therapist.language, "invite_chosen", alias=care.alias, language=chosen)
    speak.edit(work, therapist.id, message_id, text, key="invite")
    speak.to_therapist(
        work,
        therapist,
        "invite_ready",
        alias=care.alias,
        zone=zone(therapist.zone),
        until=expires_at,
    )
    letter = work.say(language, "invite_letter", link=link, **names_for(work, care, language))
    speak.reply(work, therapist.id, letter, key="letter")
    return None
