"""Lets a risk case go on until somebody has seen it: to the next in line, or to the admin.

The client is told, by role, of every message that goes to somebody after the card, and of one that
could not be delivered. Used by the ticker, by ``case_view``, and by ``sending`` and ``arriving``
where a chat is lost or found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from bot.services.safety import alerting, card, cases, on_call
from bot.services.safety.alerting import UNTIL_TOLD_AGAIN, Told
from bot.services.safety.cases import Tellings
from bot.services.safety.on_call import Reader, Role
from bot.services.work import speak
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from storage import cares, risk_cases
from storage.cares import Care
from storage.people import Person
from storage.risk_cases import NewStep, RiskCase, RiskStep

UNDELIVERED: dict[Role, ClientKey] = {
    "therapist": "undelivered_therapist",
    "deputy": "undelivered_deputy",
}
TOLD = ("alerted", "told_again")
REOPENING = ("explicit", "others", "flow", "tell")
"""Causes that, heard in a case that was seen, make it wait for somebody anew."""
WAITS_FOR_SOMEBODY = ("open", "not_reached")
"""The states of a case that nobody has seen, or whose client nobody has reached."""


def escalate(work: Work, case_id: int) -> Literal["seen", "told", "unseen"]:
    """Tell the next in line of a case that nobody has seen by now; ``unseen``: there is nobody, so
    the admin is to be told; ``seen``: somebody has seen it in the meantime.
    """
    case = risk_cases.find(work.tx, case_id)
    if case is None or case.next_at is None or case.next_at > work.now:
        return "seen"
    if tell_next(work, case):
        return "told"
    risk_cases.add_step(work.tx, NewStep(case.care_id, case.id, "unseen", work.now))
    alerting.wait(work, case, work.now + UNTIL_TOLD_AGAIN)
    return "unseen"


def tell_next(work: Work, case: RiskCase) -> bool:
    """Tell the next one who was not told yet, and the client that a message goes to them; False
    where there is nobody, or it is not agreed.
    """
    care = cares.load(work.tx, case.care_id)
    role = _send_next(work, care, case)
    if role is None:
        return False
    _tell_client(work, care, case, (), Told((role,)))
    return True


def pass_over(work: Work, person_id: int) -> None:
    """Somebody gets nothing here any more, or not this: the next in line is told at once of every
    case of which they were told, and the client of what could not be delivered.
    """
    for case in risk_cases.list_open(work.tx):
        steps = risk_cases.list_steps(work.tx, case.id)
        if person_id in risk_cases.told_since(steps):
            _pass_over(work, case, steps, person_id)


def _pass_over(work: Work, case: RiskCase, steps: Sequence[RiskStep], person_id: int) -> None:
    newest = [step for step in steps if step.person_id == person_id and step.what in TOLD][-1]
    if not alerting.is_lost(work, newest):
        if case.state == "open":
            tell_next(work, case)  # it had arrived, but cannot be opened now
        return
    care = cares.load(work.tx, case.care_id)
    lost = NewStep(care.id, case.id, "undelivered", work.now, person_id=person_id)
    risk_cases.add_step(work.tx, lost)
    role: Role = "therapist" if person_id == care.therapist_id else "deputy"
    next_role = _send_next(work, care, case) if case.state in WAITS_FOR_SOMEBODY else None
    told = Told((next_role,)) if next_role else alerting.told_before(work, care, case)
    if not told.roles and case.state in WAITS_FOR_SOMEBODY:
        alerting.wait(work, case, work.now)  # the admin is told at once
    _tell_client(work, care, case, (role,), told)


def come_back(work: Work, person: Person) -> None:
    """Somebody can be reached again: what could not be delivered of an open case is sent anew, and
    so is what their own client's case never came to.
    """
    for case in risk_cases.list_open(work.tx):
        care = cares.load(work.tx, case.care_id)
        if case.state in WAITS_FOR_SOMEBODY and _may_be_told(work, care, case):
            _come_back(work, care, case, person)


def _come_back(work: Work, care: Care, case: RiskCase, person: Person) -> None:
    steps = risk_cases.list_steps(work.tx, case.id)
    was_told = any(step.what == "alerted" and step.person_id == person.id for step in steps)
    role: Role = "therapist" if person.id == care.therapist_id else "deputy"
    if role == "deputy" and not on_call.may_tell_deputies(work, care):
        return
    if was_told and person.id not in risk_cases.told_since(steps):
        alerting.send_anew(work, care, case, (person, role))
    elif was_told or role != "therapist":
        return
    else:
        alerting.send(work, care, case, (person, role))
    alerting.wait(work, case, work.now + work.practice.settings.safety.escalate_after)
    _tell_client(work, care, case, (), Told((role,)))


def _send_next(work: Work, care: Care, case: RiskCase) -> Role | None:
    """The role of the next one, who is sent the alert now."""
    if not _may_be_told(work, care, case):
        return None
    line = on_call.line_for(work, care)
    for reader in (*line.at_once, *line.later):
        if _send(work, care, case, reader):
            after = work.practice.settings.safety.escalate_after
            alerting.wait(work, case, work.now + after)
            return reader[1]
    return None


def _send(work: Work, care: Care, case: RiskCase, reader: Reader) -> bool:
    """Tell somebody who was not told yet, or not since something new was heard; else False."""
    if alerting.send(work, care, case, reader):
        return True
    steps = risk_cases.list_steps(work.tx, case.id)
    told = [s.id for s in steps if s.person_id == reader[0].id and s.what in TOLD]
    if told[-1] > _newest_round(steps):
        return False
    alerting.send_anew(work, care, case, reader)
    return True


def _newest_round(steps: Sequence[RiskStep]) -> int:
    """The step by which something new was heard in a case that had been seen; 0: there was none."""
    begins, is_seen = 0, False
    for step in steps:
        if step.what in ("seen", "in_touch", "not_reached"):
            is_seen = True
        elif is_seen and step.what in REOPENING:
            begins, is_seen = step.id, False
    return begins


def _may_be_told(work: Work, care: Care, case: RiskCase) -> bool:
    """True where people may be told of the case: by agreement, or by a tap for this once."""
    tapped = any(step.what == "tell" for step in risk_cases.list_steps(work.tx, case.id))
    return alerting.is_agreed(work, care) or (tapped and alerting.is_offered(work, care))


def _tell_client(work: Work, care: Care, case: RiskCase, lost: Sequence[Role], told: Told) -> None:
    """Say to whom a message goes now, and to whom it could not be delivered; the whole card once
    more where nobody has got one, on whichever therapist's account.
    """
    once = replace(work, origin=f"risk{case.id}@{risk_cases.newest_step(work.tx, case.id)}")
    language = card.language_of(work, care.language)
    names = names_for(work, care, language)
    failed = [work.say(language, UNDELIVERED[role], **names) for role in lost]
    tellings: Tellings = ((care, told),)
    if not told.roles:
        tellings = cases.all_told_before(work, care)
    if not any(each.roles for _, each in tellings):
        after = (*failed, work.say(language, "told_nobody_else"))
        card.show(once, care.client_id, language, is_hard=False, after=after)
        return
    lines = " ".join([*failed, *cases.told_lines(work, language, tellings)])
    text = work.say(language, "told_later", lines=lines)
    speak.insist(once, care.client_id, text, key="told")
