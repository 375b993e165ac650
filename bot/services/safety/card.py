"""The crisis card: the practice's own numbers first, that nobody watches, and what became of words.

One card is in one language and form throughout: the client's where the practice wrote numbers in
it, otherwise the practice's. Used by ``arriving``, by ``workers.strangers`` and by ``interlude
doctor``, which prints it. It judges nobody and promises nobody's coming.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.config.settings import Practice
from bot.messages import Button, Rows
from bot.services.safety import cases, fate
from bot.services.safety.cases import Cause, Tellings
from bot.services.safety.fate import Fate
from bot.services.work import speak, with_whom
from bot.services.work.buttons import data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts import Texts
from bot.texts.keys import ClientKey
from flows.languages import Language
from storage import audit, check_ins
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.people import Person

AHEAD = timedelta(days=1)
"""The card counts as waiting for so long already, so that it leaves before what waits."""
VISIBLE = 100
"""So many characters of a message stand in a notification."""


def text(
    texts: Texts,
    practice: Practice,
    language: Language,
    *,
    is_hard: bool,
    about: Cause = "words",
    after: Sequence[str] = (),
) -> str:
    """The card in ``language``, which ``language_of`` gave. ``is_hard`` where somebody wrote hard
    words and did not just ask for it, and ``about`` whose danger they are; ``after`` says what
    became of words and of whom was told.

    The numbers stand in what a notification shows, as far as the practice's own text allows.
    """
    numbers = practice.crisis_text(language).strip()
    opening = texts.client(language, "crisis_opening")
    body = texts.client(language, "crisis_text" if about == "words" else "crisis_text_others")
    if not is_hard:
        parts = [numbers, body]
    else:
        body = f"{texts.client(language, 'crisis_thanks')} {body}"
        first = f"{opening}\n\n{numbers}"
        fits = last_digit(first) < VISIBLE
        parts = [first, body] if fits else [numbers, f"{opening} {body}"]
    if after:
        parts.append(" ".join(after))
    return "\n\n".join(part for part in parts if part)


def last_digit(text: str) -> int:
    """The place of the last digit; -1: there is none."""
    return max((place for place, letter in enumerate(text) if letter.isdigit()), default=-1)


def first_digit(text: str) -> int:
    """The place of the first digit; -1: there is none."""
    return next((place for place, letter in enumerate(text) if letter.isdigit()), -1)


def language_of(work: Work, language: Language) -> Language:
    """In which language somebody who is spoken to in ``language`` gets the card."""
    return work.practice.settings.practice.crisis_language(language)


def show(
    work: Work,
    person_id: int,
    language: Language,
    *,
    is_hard: bool,
    about: Cause = "words",
    after: Sequence[str],
    rows: Rows = (),
) -> None:
    """Queue the card for a person, before all that waits for them. It may arrive twice rather than
    not at all.
    """
    said = text(
        work.practice.texts,
        work.practice.settings.practice,
        language,
        is_hard=is_hard,
        about=about,
        after=after,
    )
    first = work.now - AHEAD
    speak.insist(work, person_id, said, key="crisis", rows=rows, not_before=first)


def hand_out(work: Work, person: Person, *, is_hard: bool) -> None:
    """Queue the card for somebody who has no care to speak of: a therapist who asks for it, or a
    person whose care is gone.
    """
    language = language_of(work, person.language)
    nobody_told = work.say(language, "told_nobody")
    show(work, person.id, language, is_hard=is_hard, after=(nobody_told,))


def show_client(
    work: Work,
    care: Care,
    language: Language,
    *,
    is_hard: bool,
    about: Cause = "words",
    became: Fate,
    told: Tellings,
    waiting: StoredCheckIn | None = None,
) -> None:
    """Queue the card for a client who is spoken to in ``language``; ``waiting`` is the check-in
    whose next question waits until the client goes on.
    """
    spoken = language_of(work, language)
    after = fate.lines(work, care, spoken, became, told)
    takes_part = care.state == "active"
    buttons = buttons_of(work, care, spoken, waiting, is_hard=is_hard) if takes_part else ()
    rows = speak.column(*buttons)
    show(work, care.client_id, spoken, is_hard=is_hard, about=about, after=after, rows=rows)


def buttons_of(
    work: Work, care: Care, language: Language, waiting: StoredCheckIn | None, *, is_hard: bool
) -> tuple[Button, ...]:
    """Go on, where questions follow; tell the therapist, where a way is; and, where words led to
    the card, that they were misunderstood.
    """
    found = []
    if waiting is not None:
        found.append(Button(work.say(language, "button_go_on"), data("recall", waiting.id)))
    several = with_whom.among(work, care)
    key: ClientKey = "button_tell" if len(several) == 1 else "button_tell_one"
    for each in several:
        if cases.can_tell(work, each):
            label = work.say(language, key, **names_for(work, each, language))
            found.append(Button(label, data("tell", each.id)))
    if is_hard:
        label = work.say(language, "button_misunderstood")
        found.append(Button(label, data("misunderstood", care.id)))
    return tuple(found)


def misunderstood(work: Work, care: Care, message_id: int) -> None:
    """Note that the client says so, and thank them. It takes nothing back: the card stays, and so
    does all that it led to.
    """
    action = "safety.misunderstood"
    audit.add(work.tx, now=work.now, actor="client", action=action, subject=care.client_code)
    language = language_of(work, care.language)
    open_ = check_ins.find_open_of(work.tx, care.client_id)
    rows = speak.column(*buttons_of(work, care, language, open_, is_hard=False))
    speak.edit(work, care.client_id, message_id, None, key="card", rows=rows)
    # two quick taps get one line: it is keyed by the card
    once = replace(work, origin=f"card{care.client_id}:{message_id}")
    speak.reply(once, care.client_id, work.say(language, "misunderstood"), key="misunderstood")
