"""The lines of a crisis card below the numbers: what became of the words, and who was told."""

from __future__ import annotations

from typing import Literal, assert_never

from bot.services.safety import cases
from bot.services.safety.cases import Tellings
from bot.services.work.periods import next_cut_off
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.languages import Language
from flows.schedule.zones import zone
from storage import people
from storage.cares import Care

Fate = Literal["kept", "offered", "not_kept", "aside", "none"]
"""The fate of the words that led to the card; ``none`` where there were none."""


def lines(
    work: Work, care: Care, language: Language, fate: Fate, told: Tellings
) -> tuple[str, ...]:
    """Return the lines below the card, in its language."""
    opens = cases.opens_line(work, care, language)
    sent = [*cases.told_lines(work, language, told), *([opens] if opens else [])]
    match fate:
        case "kept":
            became = kept(work, care, language, "crisis_kept")
        case "offered":
            became = work.say(language, "crisis_offered")
        case "not_kept":
            became = work.say(language, "crisis_not_kept")
        case "aside":
            became = work.say(language, "crisis_aside")
        case "none":
            return tuple(sent)
        case _:
            assert_never(fate)
    return (became, *sent)


def kept(
    work: Work,
    care: Care,
    language: Language,
    key: Literal["crisis_kept", "kept_after", "kept_after_note"],
) -> str:
    """That words are kept, and with which weekly summary the therapist gets them."""
    names = names_for(work, care, language)
    return work.say(language, key, when=_when(work, care, language), **names)


def _when(work: Work, care: Care, language: Language) -> str:
    """The day of the next summary, where one is sure to leave on it."""
    therapist = people.load(work.tx, care.therapist_id)
    if therapist.unreachable_at is not None:
        return work.say(language, "summary_next")
    at = next_cut_off(work, therapist)
    on = at.astimezone(zone(therapist.zone)).date()
    return work.say(language, "summary_on", on=on)
