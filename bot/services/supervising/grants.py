"""A supervision from its naming by the practice to its end: who is asked, who is told.

Used by the command line, which names and ends, and by a therapist's buttons, which confirm and end.
Nothing is shown to anybody before the therapist has confirmed it.
"""

from __future__ import annotations

from typing import Literal

from bot.messages import Button, Rows
from bot.services.work import notices, speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from storage import audit, consent_questions, consents, invites, people, supervisions
from storage.people import Person
from storage.supervisions import EndedBy, Supervision

Hindrance = Literal["themself", "has_one"]
"""The reason why a therapist cannot be given this supervisor."""


def hindrance(work: Work, supervisor: Person | None, therapist: Person) -> Hindrance | None:
    """Say why this supervisor (None: one still to come) cannot be named for the therapist."""
    if supervisor is not None and supervisor.id == therapist.id:
        return "themself"
    return "has_one" if supervisions.find_of_therapist(work.tx, therapist.id) else None


def name(work: Work, supervisor: Person, therapist: Person) -> None:
    """The practice names a supervisor for a therapist without one, who is asked to confirm it as
    soon as the supervisor is here.
    """
    made = supervisions.add(
        work.tx, supervisor_id=supervisor.id, therapist_id=therapist.id, now=work.now
    )
    _record(work, "admin", "supervision.named", made)
    if people.chat_of(work.tx, supervisor.id) is not None:
        _ask(work, made)


def arrive(work: Work, supervisor: Person) -> None:
    """The supervisor has opened their link: each therapist who was not asked yet is asked."""
    for each in supervisions.list_of_supervisor(work.tx, supervisor.id):
        if each.asked_at is None:
            _ask(work, each)


def _ask(work: Work, made: Supervision) -> None:
    supervisions.mark_asked(work.tx, made.id, work.now)
    therapist = people.load(work.tx, made.therapist_id)
    text, rows = question(work, therapist, made)
    notices.tell(work, therapist, "supervision", text, key=f"supervision{made.id}", rows=rows)


def question(work: Work, therapist: Person, made: Supervision) -> tuple[str, Rows]:
    """The question to the therapist whether this person supervises them."""
    who = people.name_of(work.tx, made.supervisor_id).name
    rows = speak.column(
        Button(
            work.tell(therapist.language, "button_supervision_confirm", name=who),
            data("supervision_confirm", made.id),
        ),
        Button(
            work.tell(therapist.language, "button_supervision_decline"),
            data("supervision_end", made.id, 1),
        ),
    )
    return work.tell(therapist.language, "supervision_ask", name=who), rows


def confirm(work: Work, made: Supervision) -> None:
    """The therapist has confirmed it; the supervisor is told."""
    supervisions.confirm(work.tx, made.id, work.now)
    therapist = people.load(work.tx, made.therapist_id)
    _record(work, therapist.code, "supervision.confirmed", made)
    _tell_supervisor(work, made, "supervision_began")


def end(work: Work, made: Supervision, *, by: EndedBy) -> None:
    """It is over: nothing more is shown, and what clients agreed to for it has ended with it. The
    supervisor is told, as far as they knew of it, and the therapist where it was the practice.
    """
    supervisions.end(work.tx, made.id, by=by, now=work.now)
    consents.revoke_all(work.tx, made.therapist_id, "supervisor_view", work.now)
    consent_questions.forget_all(work.tx, made.therapist_id, "supervisor_view")
    therapist = people.load(work.tx, made.therapist_id)
    actor = "admin" if by == "practice" else therapist.code
    _record(work, actor, "supervision.ended", made)
    if made.confirmed_at is not None:
        _tell_supervisor(work, made, "supervision_over")
    if by == "practice" and made.asked_at is not None:
        who = people.name_of(work.tx, made.supervisor_id).name
        text = work.tell(therapist.language, "supervision_ended_by_practice", name=who)
        notices.tell(work, therapist, "supervision", text, key=f"supervision{made.id}over")
    if people.chat_of(work.tx, made.supervisor_id) is None:
        invites.discard_for(work.tx, made.supervisor_id)


def _tell_supervisor(
    work: Work, made: Supervision, key: Literal["supervision_began", "supervision_over"]
) -> None:
    supervisor = people.load(work.tx, made.supervisor_id)
    therapist = people.name_of(work.tx, made.therapist_id).name
    text = work.tell(supervisor.language, key, therapist=therapist)
    notices.tell(work, supervisor, "supervision", text, key=f"{key}{made.id}")


def _record(work: Work, actor: str, action: str, made: Supervision) -> None:
    audit.add(
        work.tx,
        now=work.now,
        actor=actor,
        action=action,
        subject=people.load(work.tx, made.therapist_id).code,
        detail=people.load(work.tx, made.supervisor_id).code,
    )
