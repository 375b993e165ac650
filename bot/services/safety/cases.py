"""Risk cases: what is told to people in the practice when a client writes hard words, and to whom.

Nothing has been agreed with any client yet, so nothing is sent, and the card says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.languages import Language
from flows.safety import Verdict
from storage.cares import Care

Cause = Literal["words", "others"]
"""What a case is about: the client's own danger, or danger to somebody else."""
Role = Literal["therapist", "deputy"]


@dataclass(frozen=True, slots=True)
class Told:
    """To whom a message goes, by role; nobody where nothing was agreed."""

    roles: tuple[Role, ...] = ()
    is_earlier: bool = False
    """True where the message was sent before, and none goes now."""


_LINES: dict[tuple[tuple[Role, ...], bool], ClientKey] = {
    (("therapist",), False): "told_therapist",
    (("deputy",), False): "told_deputy",
    (("therapist", "deputy"), False): "told_both",
    (("therapist",), True): "told_therapist_before",
    (("deputy",), True): "told_deputy_before",
    (("therapist", "deputy"), True): "told_both_before",
}


def hear(work: Work, care: Care, cause: Cause, verdict: Verdict) -> Told:
    """Tell those who were agreed on; to whom a message goes."""
    return Told()


def can_tell(work: Work, care: Care) -> bool:
    """True where the client may have a message sent by a tap."""
    return False


def told_line(work: Work, care: Care, language: Language, told: Told) -> str:
    """To whom a message goes, as the client reads it, and that nobody knows when it is read."""
    key: ClientKey = _LINES.get((told.roles, told.is_earlier), "told_nobody")
    return work.say(language, key, **names_for(work, care, language))


def opens_line(work: Work, care: Care, language: Language) -> str | None:
    """When the practice is there again; None within its hours, or where it has stated none."""
    return None
