"""A risk case as somebody in the practice sees it, and what they tap under it.

Opening it is seeing it. The client's words are shown to their own therapist only; a deputy sees
who, when and by which cause. Who taps was found by dispatch among those who may.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.messages import Button, Rows
from bot.services.safety import alerting, escalating, on_call
from bot.services.safety.heard_words import words_of
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import audit, people, risk_cases
from storage.cares import Care
from storage.people import Person
from storage.risk_cases import CAUSES, NewStep, RiskCase, RiskStep, State, What

Mark = Literal["in_touch", "not_reached", "something_else", "closed"]
MARKS: dict[Mark, StaffKey] = {
    "in_touch": "button_in_touch",
    "not_reached": "button_not_reached",
    "something_else": "button_was_something_else",
    "closed": "button_close_case",
}
_LEADS_TO: dict[Mark, State] = {
    "in_touch": "in_touch",
    "not_reached": "not_reached",
    "something_else": "closed",
    "closed": "closed",
}
STEPS: dict[What, StaffKey] = {
    "likely": "case_words",
    "explicit": "case_words",
    "others": "case_others",
    "flow": "case_flow",
    "tell": "case_tell",
    "alerted": "case_alerted",
    "told_again": "case_told_again",
    "undelivered": "case_undelivered",
    "not_agreed": "case_not_agreed",
    "unseen": "case_unseen",
    "seen": "case_seen",
    "in_touch": "case_in_touch",
    "not_reached": "case_not_reached",
    "something_else": "case_something_else",
    "closed": "case_closed",
}
MOST_STEPS = 20
"""So many of the newest steps are shown; a phone holds no more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case in the hands of somebody who may see it."""

    case: RiskCase
    care: Care


def find(work: Work, person: Person, case: RiskCase, care: Care) -> Opened | None:
    """The case, for the client's own therapist, and for a deputy who was told of it as long as the
    client agrees to that; else None.
    """
    if care.therapist_id == person.id:
        return Opened(case, care)
    if not on_call.may_tell_deputies(work, care):
        return None
    steps = risk_cases.list_steps(work.tx, case.id)
    told = any(step.what == "alerted" and step.person_id == person.id for step in steps)
    return Opened(case, care) if told else None


def show(work: Work, person: Person, of: Opened) -> None:
    """Show the case, which is seen from now on: nobody else is told by time."""
    case = of.case
    if case.closed_at is None and case.state in ("open", "not_reached"):
        case = _change(work, person, of, "seen", "seen")
    _record(work, person, of, "case.opened")
    text, rows = _card(work, person, Opened(case, of.care))
    speak.reply(work, person.id, text, key="case", rows=rows, protected=True)


def mark(work: Work, person: Person, of: Opened, word: str, message_id: int) -> Toast:
    """Keep what became of it; the toast. Not reached: the next in line is told at once."""
    what = next((each for each in MARKS if each == word), None)
    if what is None or (what == "closed" and of.case.state != "in_touch"):
        return STALE
    if of.case.closed_at is not None:
        _show_again(work, person, of, message_id)
        return work.tell(person.language, "toast_case_closed")
    case = _change(work, person, of, what, _LEADS_TO[what])
    is_told = what == "not_reached" and escalating.tell_next(work, case)
    _show_again(work, person, Opened(case, of.care), message_id)
    if what == "not_reached":
        return work.tell(person.language, "toast_next_told" if is_told else "toast_nobody_next")
    return work.tell(person.language, "toast_noted")


def _next(work: Work, what: Literal["seen"] | Mark) -> datetime | None:
    """Return when somebody else is told by time: only of a client not reached, else None."""
    return work.now + alerting.UNTIL_TOLD_AGAIN if what == "not_reached" else None


def _change(
    work: Work, person: Person, of: Opened, what: Literal["seen"] | Mark, state: State
) -> RiskCase:
    case = of.case
    risk_cases.mark(
        work.tx, case.id, was=case.state, state=state, now=work.now, next_at=_next(work, what)
    )
    step = NewStep(case.care_id, case.id, what, work.now, person_id=person.id)
    risk_cases.add_step(work.tx, step)
    _record(work, person, of, f"case.{what}")
    changed = risk_cases.find(work.tx, case.id)
    return case if changed is None else changed


def _record(work: Work, person: Person, of: Opened, action: str) -> None:
    subject = of.care.client_code
    audit.add(work.tx, now=work.now, actor=person.code, action=action, subject=subject)


def _show_again(work: Work, person: Person, of: Opened, message_id: int) -> None:
    text, rows = _card(work, person, of)
    speak.edit(work, person.id, message_id, text, key="case", rows=rows)


def _card(work: Work, person: Person, of: Opened) -> tuple[str, Rows]:
    steps = risk_cases.list_steps(work.tx, of.case.id)
    title = work.tell(person.language, "case_title", alias=of.care.alias, code=of.care.client_code)
    lines = [_line(work, person, step) for step in steps[-MOST_STEPS:]]
    parts = [title, "\n".join(lines), _words(work, person, of, steps)]
    return "\n\n".join(part for part in parts if part), _rows(work, person, of.case)


def _line(work: Work, person: Person, step: RiskStep) -> str:
    who = ""
    if step.person_id is not None and step.what not in CAUSES:
        who = people.name_of(work.tx, step.person_id).name
    what = work.tell(person.language, STEPS[step.what], who=who)
    local = zone(person.zone)
    return work.tell(person.language, "case_line", at=step.at, what=what, zone=local)


def _words(work: Work, person: Person, of: Opened, steps: list[RiskStep]) -> str:
    """The client's words, for their own therapist; for a deputy, that there are none for them."""
    if of.care.therapist_id != person.id:
        name = people.name_of(work.tx, of.care.therapist_id).name
        return work.tell(person.language, "case_words_not_yours", therapist=name)
    found = [words for step in steps if step.what in CAUSES for words in words_of(work, step)]
    if not found:
        reworded = any(step.reworded_at is not None for step in steps)
        return work.tell(person.language, "case_reworded" if reworded else "case_no_words")
    quoted = "\n".join(dict.fromkeys(found))
    return work.tell(person.language, "case_quote", words=quoted)


def _rows(work: Work, person: Person, case: RiskCase) -> Rows:
    if case.closed_at is not None:
        return ()
    marks = [what for what in MARKS if what != "closed" or case.state == "in_touch"]
    return speak.column(
        *(
            Button(work.tell(person.language, MARKS[what]), data("case_mark", case.id, word=what))
            for what in marks
            if what != case.state
        )
    )
