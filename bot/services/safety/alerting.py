"""Sends the messages about a risk case: to those on call at once, then to the next in line.

A message names the alias and asks to be opened; it never holds a client's words. Used by ``cases``
and ``case_view``, and each second by the ticker.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.messages import Button
from bot.services.safety import on_call
from bot.services.safety.on_call import Reader, Role
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage import cares, consents, people, risk_cases
from storage.cares import Care
from storage.risk_cases import NewStep, RiskCase, State

UNTIL_TOLD_AGAIN = timedelta(days=1)
"""A case that nobody has seen is told to the admin once more after so long."""


@dataclass(frozen=True, slots=True)
class Told:
    """To whom a message goes, by role; nobody where nothing was agreed or nobody can be told."""

    roles: tuple[Role, ...] = ()
    is_earlier: bool = False
    """True where the message was sent before, and none goes now."""


def is_agreed(work: Work, care: Care) -> bool:
    """Whether practice and client agreed that people are told at once."""
    return is_offered(work, care) and consents.is_in_force(work.tx, care.id, "alerts")


def is_offered(work: Work, care: Care) -> bool:
    """Whether the practice tells people at once, of somebody who takes part."""
    return work.practice.settings.safety.alerts == "on" and care.state == "active"


def alert(work: Work, care: Care, case: RiskCase) -> Told:
    """Tell those on call of a case that was opened or joined just now; the next in line wait.

    Nobody gets more than one alert of a case. Where it had been seen, the therapist is told once
    that something is new, and it is unseen again.
    """
    before = told_before(work, care, case)
    line = on_call.line_for(work, care)
    readers = line.at_once or line.later[:1]
    told = [reader for reader in readers if _send(work, care, case, reader)]
    if case.state != "open":
        told += [
            reader for reader in readers if reader not in told and _again(work, care, case, reader)
        ]
    after = work.practice.settings.safety.escalate_after
    _wait(work, case, work.now + after if readers else work.now, is_new=True)
    return Told(_in_order(role for _, role in told)) if told else before


def put_by(work: Work, care: Care, case: RiskCase) -> Told:
    """Nothing was agreed, so nobody is told; who was told of the case before."""
    _keep(work, case, "not_agreed")
    _wait(work, case, case.next_at or work.now + UNTIL_TOLD_AGAIN, is_new=True)
    return told_before(work, care, case)


def told_before(work: Work, care: Care, case: RiskCase) -> Told:
    """Who was told of the case until now."""
    steps = risk_cases.list_steps(work.tx, case.id)
    told = {step.person_id for step in steps if step.what == "alerted"}
    roles = _in_order("therapist" if one == care.therapist_id else "deputy" for one in told)
    return Told(roles, is_earlier=bool(roles))


def escalate(work: Work, case_id: int) -> Literal["seen", "told", "unseen"]:
    """Tell the next in line of a case that nobody has seen by now; ``unseen``: there is nobody, so
    the admin is to be told; ``seen``: somebody has seen it in the meantime.
    """
    case = risk_cases.find(work.tx, case_id)
    if case is None or case.next_at is None or case.next_at > work.now:
        return "seen"
    if tell_next(work, case):
        return "told"
    _keep(work, case, "unseen")
    _wait(work, case, work.now + UNTIL_TOLD_AGAIN)
    return "unseen"


def pass_over(work: Work, person_id: int) -> None:
    """Let the next in line be told at once of cases whose alert somebody cannot get."""
    for case in risk_cases.list_open(work.tx):
        steps = risk_cases.list_steps(work.tx, case.id)
        was_told = any(step.what == "alerted" and step.person_id == person_id for step in steps)
        if was_told and case.state == "open":
            _wait(work, case, work.now)


def tell_next(work: Work, case: RiskCase) -> bool:
    """Tell the next one who was not told yet; False where there is nobody, or it is not agreed."""
    care = cares.load(work.tx, case.care_id)
    tapped = any(step.what == "tell" for step in risk_cases.list_steps(work.tx, case.id))
    if not (is_agreed(work, care) or (tapped and is_offered(work, care))):
        return False
    line = on_call.line_for(work, care)
    if not any(_send(work, care, case, reader) for reader in (*line.at_once, *line.later)):
        return False
    _wait(work, case, work.now + work.practice.settings.safety.escalate_after)
    return True


def _send(work: Work, care: Care, case: RiskCase, reader: Reader) -> bool:
    """Queue the alert for one person; False where they were alerted of this case before."""
    person, role = reader
    step = NewStep(care.id, case.id, "alerted", work.now, person_id=person.id, detail=role)
    if risk_cases.add_step(work.tx, step) is None:
        return False
    key: StaffKey = "alert" if role == "therapist" else "alert_deputy"
    _say(work, care, case.id, reader, key, f"alert{person.id}")
    return True


def _again(work: Work, care: Care, case: RiskCase, reader: Reader) -> bool:
    """Queue the line that something is new, for the client's own therapist only."""
    person, role = reader
    if role != "therapist":
        return False
    step = NewStep(care.id, case.id, "told_again", work.now, person_id=person.id, detail=role)
    step_id = risk_cases.add_step(work.tx, step)
    _say(work, care, case.id, reader, "alert_again", f"again{step_id}")
    return True


def _say(work: Work, care: Care, case_id: int, reader: Reader, key: StaffKey, what: str) -> None:
    person, _ = reader
    of_case = replace(work, origin=f"risk{case_id}")
    therapist = people.name_of(work.tx, care.therapist_id).name
    text = work.tell(person.language, key, alias=care.alias, therapist=therapist)
    button = Button(work.tell(person.language, "button_case"), data("case", case_id))
    speak.insist(of_case, person.id, text, key=what, rows=speak.row(button))


def _in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    found = set(roles)
    order: tuple[Role, ...] = ("therapist", "deputy")
    return tuple(role for role in order if role in found)


def _keep(work: Work, case: RiskCase, what: Literal["not_agreed", "unseen"]) -> None:
    risk_cases.add_step(work.tx, NewStep(case.care_id, case.id, what, work.now))


def _wait(work: Work, case: RiskCase, next_at: datetime, *, is_new: bool = False) -> None:
    """Somebody else is told then, unless it is seen before. ``is_new``: something was heard just
    now that nobody has seen.
    """
    state: State = "open" if is_new else case.state
    risk_cases.mark(work.tx, case.id, was=case.state, state=state, now=work.now, next_at=next_at)
