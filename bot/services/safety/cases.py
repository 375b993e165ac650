"""Risk cases: what is told to people in the practice when a client writes hard words, and to whom.

The crisis card comes first, and whoever queues it asks here in the same transaction. Nobody is told
unless practice and client agreed to it, or the client taps so; what was heard is kept all the same,
for the digest.
"""

from __future__ import annotations

from typing import Literal

from bot.services.safety import alerting, on_call
from bot.services.safety.alerting import Told
from bot.services.work import speak
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.languages import Language
from flows.safety import Verdict
from storage import risk_cases
from storage.cares import Care
from storage.risk_cases import NewStep, RiskCase

__all__ = [
    "Cause",
    "Told",
    "about",
    "answered",
    "can_tell",
    "hear",
    "opens_line",
    "tell",
    "told_before",
    "told_line",
]

Cause = Literal["words", "others"]
"""The subject of hard words: the client's own danger, or danger to somebody else."""

HARM_TO_OTHERS = ".harm-others"
"""The end of the ids of the screen's rules about danger to somebody else, in each language."""
_LINES: dict[tuple[tuple[on_call.Role, ...], bool], ClientKey] = {
    ((), False): "told_nobody",
    (("therapist",), False): "told_therapist",
    (("deputy",), False): "told_deputy",
    (("therapist", "deputy"), False): "told_both",
    (("therapist",), True): "told_therapist_before",
    (("deputy",), True): "told_deputy_before",
    (("therapist", "deputy"), True): "told_both_before",
}


def about(verdict: Verdict) -> Cause:
    """Whose danger the words are about, as far as rules found them: somebody else's only where
    every rule says so.
    """
    matched = verdict.matched
    are_others = bool(matched) and all(rule.endswith(HARM_TO_OTHERS) for rule in matched)
    return "others" if are_others else "words"


def hear(work: Work, care: Care, cause: Cause, verdict: Verdict) -> Told:
    """Keep that hard words were written, and tell people where that was agreed; to whom a message
    goes. Likely words open no case. Asked only of somebody who takes part.
    """
    rules, is_about_others = ",".join(verdict.matched), "others" in (cause, about(verdict))
    match verdict.risk:
        case "none" | "maybe":
            return Told()
        case "likely" if not is_about_others:
            return _hear_likely(work, care, rules)
        case "likely":
            # a case, so that somebody looks at it; but likely words alert nobody by themselves
            return _join(work, care, "others", rules, agreed=False)
        case "explicit":
            what: risk_cases.Cause = "others" if is_about_others else "explicit"
            return _join(work, care, what, rules, agreed=alerting.is_agreed(work, care))


def answered(work: Work, care: Care, named: str) -> Told:
    """Keep that an answer was given which a flow names as a sign of danger, as ``hear`` does.

    ``named`` says in which flow and by which steps and scores, never which answer.
    """
    return _join(work, care, "flow", named, agreed=alerting.is_agreed(work, care))


def tell(work: Work, care: Care) -> Told:
    """The client taps that their therapist be told: that is agreement for this once."""
    told = Told()
    if can_tell(work, care):
        told = _join(work, care, "tell", "", agreed=True)
    text = told_line(work, care, care.language, told)
    speak.insist(work, care.client_id, text, key="told")
    return told


def told_before(work: Work, care: Care) -> Told:
    """To whom a message went before about a case that is still open; nobody where none is."""
    case = risk_cases.find_open(work.tx, care.client_id)
    return Told() if case is None else alerting.told_before(work, care, case)


def can_tell(work: Work, care: Care) -> bool:
    """True where the client may have a message sent by a tap, and somebody would get it."""
    if not alerting.is_offered(work, care):
        return False
    line = on_call.line_for(work, care)
    return bool(line.at_once or line.later)


def told_line(work: Work, care: Care, language: Language, told: Told) -> str:
    """To whom a message goes, as the client reads it, and that nobody knows when it is read."""
    key = _LINES[(told.roles, told.is_earlier)]
    return work.say(language, key, **names_for(work, care, language))


def opens_line(work: Work, care: Care, language: Language) -> str | None:
    """Say when the practice is there again; None within its hours, or where it has stated none."""
    at = on_call.opens_at(work.practice, work.now)
    if at is None:
        return None
    return work.say(language, "practice_opens", at=at, zone=work.practice.zone)


def _hear_likely(work: Work, care: Care, rules: str) -> Told:
    """Likely words join an open case, and alert nobody by themselves."""
    case = risk_cases.find_open(work.tx, care.client_id)
    _keep(work, care, case, "likely", rules)
    return told_before(work, care)


def _join(work: Work, care: Care, what: risk_cases.Cause, detail: str, *, agreed: bool) -> Told:
    """The client's case is open, and those who may be told are told."""
    case = risk_cases.find_open(work.tx, care.client_id)
    if case is None:
        case = risk_cases.open_(work.tx, care_id=care.id, client_id=care.client_id, now=work.now)
    _keep(work, care, case, what, detail)
    return alerting.alert(work, care, case) if agreed else alerting.put_by(work, care, case)


def _keep(
    work: Work, care: Care, case: RiskCase | None, what: risk_cases.Cause, detail: str
) -> None:
    step = NewStep(
        care_id=care.id,
        case_id=None if case is None else case.id,
        what=what,
        at=work.now,
        person_id=care.client_id,
        said_at=work.said_at,
        message_id=work.message_id,
        detail=detail,
    )
    risk_cases.add_step(work.tx, step)
