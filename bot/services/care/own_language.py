"""/language: a client chooses in which language, and with which address, they are spoken to.

Used by the entries of clients. A check-in under way goes on as it began: one never mixes them.
"""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Button
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from flows.languages import languages, name_of
from storage import check_ins, people
from storage.cares import Care


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
