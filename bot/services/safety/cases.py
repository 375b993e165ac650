"""Risk cases: what is told to people in the practice when a client writes hard words, and to whom.

The crisis card comes first, and whoever queues it asks here in the same transaction. Nobody is told
unless practice and client agreed to it, or the client taps so; what was heard is kept all the same,
for the digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.services.safety import alerting, on_call
from bot.services.safety.alerting import Told
from bot.services.work import speak, with_whom
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.languages import Language
from flows.safety import Verdict
from storage import cares, risk_cases
from storage.cares import Care
from storage.risk_cases import NewStep, RiskCase

__all__ = [
    "Cause",
    "Tellings",
    "Told",
    "about",
    "all_told_before",
    "answered",
    "can_tell",
    "hear",
    "hear_all",
    "opens_line",
    "tell",
    "told_before",
    "told_line",
    "told_lines",
]

Cause = Literal["words", "others"]
"""The subject of hard words: the client's own danger, or danger to somebody else."""

Tellings = tuple[tuple[Care, Told], ...]
"""To whom messages go, care by care: each therapist by the consent that was given for them."""

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


def hear_all(
    work: Work, care: Care, cause: Cause, verdict: Verdict, *, is_for_one: bool
) -> Tellings:
    """Keep as ``hear`` does that hard words were written, for each therapist of the client whom it
    concerns. Words that answer one of them (``is_for_one``) are kept for that one; the others are
    told only where the client has agreed that they are, for that is not about one's questions. Of
    whom it does not concern, it is found what they were told before.
    """
    found = [(care, hear(work, care, cause, verdict))]
    for other in with_whom.others(work, care):
        is_told = verdict.risk == "explicit" and alerting.is_agreed(work, other)
        if is_told or not is_for_one:
            found.append((other, hear(work, other, cause, verdict)))
    return _with_the_rest(work, found)


def answered(work: Work, care: Care, named: str) -> Tellings:
    """Keep that an answer was given which a flow names as a sign of danger, as ``hear_all`` does.

    ``named`` says in which flow and by which steps and scores, never which answer; it is named to
    nobody but the therapist whose flow it is.
    """
    found = [(care, _join(work, care, "flow", named, agreed=alerting.is_agreed(work, care)))]
    found.extend(
        (other, _join(work, other, "flow", "", agreed=True))
        for other in with_whom.others(work, care)
        if alerting.is_agreed(work, other)
    )
    return _with_the_rest(work, found)


def tell(work: Work, care: Care) -> Told:
    """The client taps that their therapist be told: that is agreement for this once."""
    told = Told()
    if can_tell(work, care):
        told = _join(work, care, "tell", "", agreed=True)
    tellings: Tellings = ((care, told),)
    if not told.roles:
        tellings = _with_the_rest(work, tellings)
    text = " ".join(told_lines(work, care.language, tellings))
    speak.insist(work, care.client_id, text, key="told")
    return told


def all_told_before(work: Work, care: Care) -> Tellings:
    """To whom messages went before about cases that are still open, of every care of theirs, also
    of one that has ended: "nobody" must be true of all.
    """
    return _with_the_rest(work, [(care, told_before(work, care))])


def _with_the_rest(work: Work, found: Sequence[tuple[Care, Told]]) -> Tellings:
    """These, and of each other care of the client's who was told before."""
    named = {care.id for care, _ in found}
    own = cares.list_for_client(work.tx, found[0][0].client_id)
    rest = ((each, told_before(work, each)) for each in own if each.id not in named)
    return (*found, *rest)


def told_before(work: Work, care: Care) -> Told:
    """To whom a message went before about a case that is still open; nobody where none is."""
    case = risk_cases.find_open(work.tx, care.id)
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


def told_lines(work: Work, language: Language, tellings: Tellings) -> tuple[str, ...]:
    """One line for each therapist on whose account a message goes or went; one where there is
    none.
    """
    lines = [told_line(work, of, language, told) for of, told in tellings if told.roles]
    if lines or not tellings:
        return tuple(lines)
    of, told = tellings[0]
    return (told_line(work, of, language, told),)


def opens_line(work: Work, care: Care, language: Language) -> str | None:
    """Say when the practice is there again; None within its hours, or where it has stated none."""
    at = on_call.opens_at(work.practice, work.now)
    if at is None:
        return None
    return work.say(language, "practice_opens", at=at, zone=work.practice.zone)


def _hear_likely(work: Work, care: Care, rules: str) -> Told:
    """Likely words join an open case, and alert nobody by themselves."""
    case = risk_cases.find_open(work.tx, care.id)
    _keep(work, care, case, "likely", rules)
    return told_before(work, care)


def _join(work: Work, care: Care, what: risk_cases.Cause, detail: str, *, agreed: bool) -> Told:
    """The care's case is open, and those who may be told are told."""
    case = risk_cases.find_open(work.tx, care.id)
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
