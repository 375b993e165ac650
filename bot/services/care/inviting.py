"""/invite: a therapist invites clients, one or several in one message, and passes their letters on.

No two clients of a therapist get aliases that read alike, and a full name is questioned before it
is kept for good.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.messages import Button, Rows
from bot.services.care.invitations import add_person, link_for
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.engine.cut import cut
from flows.languages import BASE, Language, languages, name_of
from flows.schedule.zones import zone
from storage import audit, cares, people
from storage.aliases import core, is_full_name, is_surname_first, readable
from storage.cares import Care
from storage.people import Person

MAX_ALIAS = 24
"""Long enough for a name, short enough for a button."""
MOST_AT_ONCE = 20
"""So many invites in one message: each brings a question and a letter."""
_APART = re.compile(r"[;\n]")
"""Surely between two people; a comma may also stand between a surname and a first name."""
MOST_SHOWN = 100
"""Characters of what was typed that an answer repeats."""


def command(work: Work, therapist: Person, typed: str) -> None:
    """/invite M.K. or /invite M.K., B.L., T.S.: ask how to speak to each of them.

    What is wrong with one of them is said of that one, and stops none of the others.
    """
    groups = [
        [alias for alias in map(readable, group.split(",")) if alias]
        for group in _APART.split(typed)
    ]
    aliases = [alias for group in groups for alias in group]
    # who is named twice, letter for letter, is meant once
    asked = list({alias.casefold(): alias for alias in aliases}.values())
    if not asked:
        speak.to_therapist(work, therapist, "invite_usage")
    elif len(asked) > MOST_AT_ONCE:
        speak.to_therapist(work, therapist, "invite_too_many", most=MOST_AT_ONCE)
    elif any(map(is_surname_first, groups)):
        _ask_how_many(work, therapist, groups, aliases)
    else:
        for place, alias in enumerate(asked):
            _begin(work, therapist, alias, place)


def _ask_how_many(
    work: Work, therapist: Person, groups: Sequence[Sequence[str]], aliases: Sequence[str]
) -> None:
    """Ask whether a name was written surname first; nobody is invited before that is clear."""
    doubtful = next(group for group in groups if is_surname_first(group))
    speak.to_therapist(
        work,
        therapist,
        "invite_surname_first",
        typed=cut(", ".join(doubtful), MOST_SHOWN),
        apart=cut("; ".join(aliases), MOST_SHOWN),
    )


def _begin(work: Work, therapist: Person, alias: str, place: int) -> None:
    known = cares.find_for_therapist(work.tx, therapist.id, alias)
    if len(alias) > MAX_ALIAS:
        word = cut(alias, MAX_ALIAS)
        text = work.tell(therapist.language, "invite_too_long", alias=word, most=MAX_ALIAS)
        speak.reply(work, therapist.id, text, key=f"invite_too_long{place}")
    elif known is None and _reads_like_some(work, therapist, alias):
        text = work.tell(therapist.language, "invite_like_several", alias=alias)
        speak.reply(work, therapist.id, text, key=f"invite_like{place}")
    elif known is None:
        care = _new_care(work, therapist, alias)
        ask = _question_name if is_full_name(alias) else _ask_language
        ask(work, therapist, care)
    elif known.state in ("draft", "invited") and known.alias.casefold() == alias.casefold():
        _invite_anew(work, therapist, known)
    else:
        _refuse_like(work, therapist, known, alias, place)


def _reads_like_some(work: Work, therapist: Person, alias: str) -> bool:
    """True where several clients of before read like this one, and none is spelt so."""
    listed = cares.list_for_therapist(work.tx, therapist.id)
    return any(core(alias) in (core(care.alias), core(care.client_code)) for care in listed)


def begin_anew(work: Work, therapist: Person, alias: str) -> Care:
    """A client under this alias of whom nothing is known yet."""
    return _new_care(work, therapist, alias)


def _new_care(work: Work, therapist: Person, alias: str) -> Care:
    client = add_person(work, role="client", language=BASE, zone_name=work.practice.zone.key)
    return cares.add(
        work.tx, client_id=client.id, therapist_id=therapist.id, alias=alias, now=work.now
    )


def _refuse_like(work: Work, therapist: Person, known: Care, alias: str, place: int) -> None:
    """Say who is there under an alias that reads alike, and offer what may have been meant."""
    card = Button(
        work.tell(therapist.language, "button_card", alias=known.alias), data("card", known.id)
    )
    again = Button(
        work.tell(therapist.language, "button_invite_again", alias=known.alias),
        data("invite_again", known.id),
    )
    waits = known.state in ("draft", "invited")
    key: StaffKey = "invite_taken" if core(alias) == core(known.alias) else "invite_is_code"
    text = work.tell(therapist.language, key, alias=known.alias, word=alias)
    rows = speak.column(again, card) if waits else speak.column(card)
    speak.reply(work, therapist.id, text, key=f"invite_taken{place}", rows=rows)


def invite_again(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask how to speak to a client who has not opened the link, for a new one."""
    if care.state not in ("draft", "invited"):
        return STALE
    speak.edit(work, therapist.id, message_id, None, key="invite_again")
    _invite_anew(work, therapist, care)
    return None


def _invite_anew(work: Work, therapist: Person, care: Care) -> None:
    """Invite a client again who has not opened their link yet: the earlier link ends."""
    if care.state == "invited":
        cares.mark(work.tx, care.id, was="invited", state="draft", now=work.now)
    _ask_language(work, therapist, care)


def _question_name(work: Work, therapist: Person, care: Care) -> None:
    text = work.tell(therapist.language, "invite_full_name", alias=care.alias)
    keep = Button(
        work.tell(therapist.language, "button_name_keep", alias=care.alias),
        data("name_keep", care.id),
    )
    drop = Button(work.tell(therapist.language, "button_name_drop"), data("name_drop", care.id))
    rows = speak.column(drop, keep)
    speak.reply(work, therapist.id, text, key=f"invite_name{care.id}", rows=rows)


def keep_name(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """The full name stays: ask how to speak to the client."""
    if care.state != "draft":
        return STALE
    speak.edit(work, therapist.id, message_id, None, key="name_kept")
    _ask_language(work, therapist, care)
    return None


def drop_name(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Nothing of the full name is kept; the therapist sends initials instead."""
    if care.state != "draft":
        return STALE
    cares.discard_draft(work.tx, care)
    text = work.tell(therapist.language, "invite_name_dropped")
    speak.edit(work, therapist.id, message_id, text, key="name_dropped")
    return None


def _ask_language(work: Work, therapist: Person, care: Care) -> None:
    buttons = [
        Button(
            name_of(language, therapist.language),
            data("language", care.id, word=language),
        )
        for language in languages()
    ]
    text = work.tell(therapist.language, "invite_language", alias=care.alias)
    speak.reply(work, therapist.id, text, key=f"invite{care.id}", rows=speak.column(*buttons))


def choose_language(work: Work, therapist: Person, care: Care, code: str, message_id: int) -> Toast:
    """Settle how the client is addressed and hand out the link, to be passed on.

    A doubled tap must not end the link that the first one handed out.
    """
    language = next((each for each in languages() if each == code), None)
    if language is None or care.state != "draft":
        return STALE
    link, expires_at = hand_out(work, therapist, care, language)
    chosen = name_of(language, therapist.language)
    text = work.tell(therapist.language, "invite_chosen", alias=care.alias, language=chosen)
    speak.edit(work, therapist.id, message_id, text, key="invite")
    ready = work.tell(
        therapist.language,
        "invite_ready",
        alias=care.alias,
        zone=zone(therapist.zone),
        until=expires_at,
    )
    speak.picture(work, therapist.id, ready, code=link, key="invite_ready")
    age = work.practice.settings.practice.minimum_age
    letter = work.say(
        language, "invite_letter", link=link, age=age, **names_for(work, care, language)
    )
    rows = _letter_rows(work, therapist, care, link)
    speak.reply(work, therapist.id, letter, key="letter", rows=rows)
    return None


def hand_out(work: Work, therapist: Person, care: Care, language: Language) -> tuple[str, datetime]:
    """The client is invited and will be addressed in this way: their link, and when it ends."""
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
    return link, expires_at


def whose_letter(work: Work, therapist: Person, care: Care) -> Toast:
    """Say for whom a letter is."""
    return work.tell(therapist.language, "toast_letter", alias=care.alias)


def _letter_rows(work: Work, therapist: Person, care: Care, link: str) -> Rows:
    """Buttons that stay with the therapist: Telegram leaves them out where a message is passed
    on.
    """
    whose = work.tell(therapist.language, "button_letter_for", alias=care.alias)
    copy = work.tell(therapist.language, "button_copy_link")
    return speak.column(Button(whose, data("letter", care.id)), Button(copy, copies=link))
