"""/language: a client chooses in which language, and with which address, they are spoken to; a
therapist chooses the language of all that they read here.

Used by the entries of both. A check-in under way goes on as it began: one never mixes them.
"""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Button
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from flows.languages import Language, languages, name_of, tongue_of
from storage import check_ins, people
from storage.cares import Care
from storage.people import Person


def ask(work: Work, care: Care) -> None:
    """Offer every language, each in its own words."""
    buttons = [
        Button(name_of(each, each), data("own_language", care.id, word=each))
        for each in languages()
    ]
    text = work.say(care.language, "language_which", now=name_of(care.language, care.language))
    speak.reply(work, care.client_id, text, key="language", rows=speak.column(*buttons))


def choose(work: Work, care: Care, code: str, message_id: int) -> Toast:
    """The client is spoken to so from now on, and told so in it."""
    language = next((each for each in languages() if each == code), None)
    if language is None:
        return STALE
    people.set_language(work.tx, care.client_id, language)
    changed = replace(care, language=language)
    said = [work.say(language, "language_changed", now=name_of(language, language))]
    stored = check_ins.find_open_of(work.tx, care.client_id)
    if stored is not None and stored.state.language != language:
        said.append(work.say(language, "language_open"))
    speak.edit(work, changed.client_id, message_id, " ".join(said), key="language")
    return None


def ask_therapist(work: Work, therapist: Person) -> None:
    """Offer every language, each in its own words: therapists are addressed in one way."""
    buttons = [Button(_plainly(each), data("staff_language", word=each)) for each in _plain_ones()]
    text = work.tell(therapist.language, "language_which", now=_plainly(therapist.language))
    speak.reply(work, therapist.id, text, key="language", rows=speak.column(*buttons))


def choose_for_therapist(work: Work, therapist: Person, code: str, message_id: int) -> Toast:
    """Everything that the therapist reads here is in this language from now on, earlier weeks too;
    what clients wrote stays as they wrote it.
    """
    language = next((each for each in _plain_ones() if each == code), None)
    if language is None:
        return STALE
    people.set_language(work.tx, therapist.id, language)
    text = work.tell(language, "language_changed", now=_plainly(language))
    speak.edit(work, therapist.id, message_id, text, key="language")
    return None


def _plain_ones() -> list[Language]:
    """Each language once, in the form that is its own."""
    return [each for each in languages() if each == tongue_of(each).code]


def _plainly(language: Language) -> str:
    """The language's own name, without a form of address."""
    return name_of(language, language).partition(",")[0]
