"""With whom else a client takes part: two therapists of one practice, each in a care of its own.

Used where a sentence must not sound as if it were about both, and where a choice is between them.
It must never be used in what a therapist reads: none of them learns of another.
"""

from __future__ import annotations

from typing import Literal

from babel.lists import format_list

from bot.messages import Button
from bot.services.work.buttons import data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.languages import Language, locale_of
from storage import cares
from storage.cares import Care

NO_WORDS = 0
"""Stands in a button for a note where nothing was typed behind the command."""


def others(work: Work, care: Care) -> list[Care]:
    """The client's other cares in which they take part, oldest first."""
    found = cares.list_for_client(work.tx, care.client_id)
    return [each for each in found if each.state == "active" and each.id != care.id]


def among(work: Work, care: Care) -> list[Care]:
    """The cares between which the client chooses, oldest first: this one and the others."""
    return sorted((care, *others(work, care)), key=lambda each: each.id)


def only_here(work: Work, care: Care, language: Language | None = None) -> str:
    """Say that what was said is about this therapist only; empty where there is no other."""
    spoken = language or care.language
    if not others(work, care):
        return ""
    return work.say(spoken, "only_here", **names_for(work, care, spoken))


def changes_only_here(work: Work, care: Care) -> str:
    """Say that what is changed here is about this therapist only, and changes nothing with whom
    else; empty where there is nobody else.
    """
    named = other_names(work, care)
    if not named:
        return ""
    return work.say(care.language, "only_here_too", others=named, **names_for(work, care))


def others_go_on(work: Work, care: Care) -> str:
    """Say with whom nothing changes; empty where there is nobody else."""
    names = other_names(work, care)
    return work.say(care.language, "others_go_on", others=names) if names else ""


def about_one(work: Work, care: Care, said: str) -> str:
    """The words, with a line that they are about this therapist only, where there is another."""
    rest = (only_here(work, care), others_go_on(work, care))
    return "\n\n".join(filter(None, (said, " ".join(filter(None, rest)))))


def other_names(work: Work, care: Care) -> str:
    """The names of the other therapists."""
    named = [names_for(work, each)["therapist"] for each in others(work, care)]
    return _listed(named, care.language, "standard") if named else ""


def who_reads(work: Work, care: Care) -> str:
    """Say who gets the answers, for the beginning of /help."""
    if not others(work, care):
        return work.say(care.language, "help.begin", **names_for(work, care))
    named = [names_for(work, each)["therapist"] for each in among(work, care)]
    names = _listed(named, care.language, "standard")
    return work.say(care.language, "help_several", names=names)


def _listed(names: list[str], language: Language, style: Literal["standard", "or"]) -> str:
    """The names as a language lists them, each once: "Dr. Weber and Dr. Kaya"."""
    return format_list(list(dict.fromkeys(names)), style, locale_of(language))


def any_names(work: Work, care: Care, language: Language | None = None) -> dict[str, str]:
    """The names that ``names_for`` gives, of whichever therapist: "Dr. Weber or Dr. Kaya"."""
    spoken = language or care.language
    found = [names_for(work, each, spoken) for each in among(work, care)]
    joined = {key: _listed([each[key] for each in found], spoken, "or") for key in found[0]}
    return {**joined, "practice": found[0]["practice"]}


def pass_buttons(work: Work, whom: list[Care], note_id: int) -> list[Button]:
    """One button a therapist, which passes an offered note on to them."""
    return [
        Button(
            work.say(each.language, "button_note_pass_to", **names_for(work, each)),
            data("note_pass_to", each.id, note_id),
        )
        for each in whom
    ]
