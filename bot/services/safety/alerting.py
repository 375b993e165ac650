"""Sends the messages about a risk case to people in the practice, and knows who got one.

A message names the alias and asks to be opened; it never holds a client's words. Used by ``cases``
as something is heard, and by ``escalating`` afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.messages import Button
from bot.services.safety import on_call
from bot.services.safety.on_call import Reader, Role
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage import consents, deliveries, people, risk_cases
from storage.cares import Care
from storage.risk_cases import NewStep, RiskCase, RiskStep, State

UNTIL_TOLD_AGAIN = timedelta(days=1)
"""A case that nobody has seen is told to the admin once more after so long."""


@dataclass(frozen=True, slots=True)
class Told:
    """To whom a message goes, by role; nobody where nothing was agreed or nobody can be told."""

    roles: tuple[Role, ...] = ()
    is_earlier: bool = False
    """True where the message was sent before, and none goes now."""


def is_agreed(work: Work, care: Care) -> bool:
    """True where practice and client agreed that people are told at once."""
    return is_offered(work, care) and consents.is_in_force(work.tx, care.id, "alerts")


def is_offered(work: Work, care: Care) -> bool:
    """True where the practice tells people at once, of somebody who takes part."""
    return work.practice.settings.safety.alerts == "on" and care.state == "active"


def alert(work: Work, care: Care, case: RiskCase) -> Told:
    """Tell those on call of a case that was opened or joined just now; the next in line wait.

    Nobody gets more than one alert of a case. Where it had been seen, the therapist is told once
    that something is new, and it is unseen again.
    """
    before = told_before(work, care, case)
    line = on_call.line_for(work, care)
    readers = line.at_once or line.later[:1]
    told = [reader for reader in readers if send(work, care, case, reader)]
    if case.state != "open":
        first = readers[:1]
        told += [
            reader
            for reader in readers
            if reader not in told and _again(work, care, case, reader, is_first=reader in first)
        ]
    after = work.practice.settings.safety.escalate_after
    wait(work, case, work.now + after if readers else work.now, is_new=True)
    return Told(_in_order(role for _, role in told)) if told else before


def put_by(work: Work, care: Care, case: RiskCase) -> Told:
    """Nothing was agreed, so nobody is told; who was told of the case before."""
    risk_cases.add_step(work.tx, NewStep(care.id, case.id, "not_agreed", work.now))
    wait(work, case, case.next_at or work.now + UNTIL_TOLD_AGAIN, is_new=True)
    return told_before(work, care, case)


def told_before(work: Work, care: Care, case: RiskCase) -> Told:
    """Find who was told of the case until now; nobody whose message could not be delivered."""
    told = risk_cases.told_since(risk_cases.list_steps(work.tx, case.id))
    roles = _in_order("therapist" if one == care.therapist_id else "deputy" for one in told)
    return Told(roles, is_earlier=bool(roles))


def send(work: Work, care: Care, case: RiskCase, reader: Reader) -> bool:
    """Queue the alert for one person; False where they were alerted of this case before."""
    person, role = reader
    step = NewStep(care.id, case.id, "alerted", work.now, person_id=person.id, detail=role)
    if risk_cases.add_step(work.tx, step) is None:
        return False
    _say(work, care, case.id, reader, _alert_to(role), _first_key(person.id))
    return True


def send_anew(work: Work, care: Care, case: RiskCase, reader: Reader) -> None:
    """Queue the alert once more: the first could not be delivered, or was about something else."""
    person, role = reader
    step = NewStep(care.id, case.id, "told_again", work.now, person_id=person.id, detail=role)
    step_id = risk_cases.add_step(work.tx, step)
    _say(work, care, case.id, reader, _alert_to(role), _later_key(step_id))


def is_lost(work: Work, step: RiskStep) -> bool:
    """True where the message of this step, to somebody in the practice, will surely not arrive."""
    if step.case_id is None or step.person_id is None:
        return False
    key = _first_key(step.person_id) if step.what == "alerted" else _later_key(step.id)
    return deliveries.is_lost(work.tx, f"{_origin(step.case_id)}:{key}")


def _first_key(person_id: int) -> str:
    return f"alert{person_id}"


def _later_key(step_id: int | None) -> str:
    return f"again{step_id}"


def _origin(case_id: int) -> str:
    return f"risk{case_id}"


def _alert_to(role: Role) -> StaffKey:
    return "alert" if role == "therapist" else "alert_deputy"


def _again(work: Work, care: Care, case: RiskCase, reader: Reader, *, is_first: bool) -> bool:
    """Queue the line that something is new, for the client's own therapist, and for a deputy who is
    the first to be told; nobody else.
    """
    person, role = reader
    if role != "therapist" and not is_first:
        return False
    step = NewStep(care.id, case.id, "told_again", work.now, person_id=person.id, detail=role)
    step_id = risk_cases.add_step(work.tx, step)
    key = "alert_again" if role == "therapist" else _alert_to(role)
    _say(work, care, case.id, reader, key, _later_key(step_id))
    return True


def _say(work: Work, care: Care, case_id: int, reader: Reader, key: StaffKey, what: str) -> None:
    person, _ = reader
    of_case = replace(work, origin=_origin(case_id))
    therapist = people.name_of(work.tx, care.therapist_id).name
    text = work.tell(person.language, key, alias=care.alias, therapist=therapist)
    button = Button(work.tell(person.language, "button_case"), data("case", case_id))
    speak.insist(of_case, person.id, text, key=what, rows=speak.row(button))


def _in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    found = set(roles)
    order: tuple[Role, ...] = ("therapist", "deputy")
    return tuple(role for role in order if role in found)


def wait(work: Work, case: RiskCase, next_at: datetime, *, is_new: bool = False) -> None:
    """Somebody else is told then, unless it is seen before. ``is_new``: something was heard just
    now that nobody has seen.
    """
    state: State = "open" if is_new else case.state
    risk_cases.mark(work.tx, case.id, was=case.state, state=state, now=work.now, next_at=next_at)
