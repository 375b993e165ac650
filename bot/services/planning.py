"""Writes down which check-ins are to come: occurrences of each enrolment, some days ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.practice import Work
from flows.schedule.occurrences import Slot, plan_after_session, plan_weekly
from flows.schedule.zones import zone
from flows.script.flow import AfterTherapySession, Flow, Weekly
from storage import enrolments, occurrences, therapy_sessions
from storage.cares import Care
from storage.enrolments import Enrolment
from storage.therapy_sessions import TherapySession

AHEAD = timedelta(days=14)
"""How far ahead occurrences are written."""
REPLAN = timedelta(days=7)
"""A plan that reaches less far than this is continued."""


def enrol(work: Work, care: Care, flow: Flow) -> None:
    """Switch a flow on for a care and plan its first days."""
    enrolment = enrolments.add(
        work.tx,
        care_id=care.id,
        flow_id=flow.id,
        zone=care.zone,
        seed=work.practice.ids.seed(),
        now=work.now,
    )
    if enrolment is not None:
        plan(work, enrolment)


def plan(work: Work, enrolment: Enrolment) -> None:
    """Continue the plan of an enrolment; planning again adds nothing twice."""
    until = work.now + AHEAD
    flow = work.practice.shelf.current(work.tx, enrolment.flow_id)
    if flow is not None and isinstance(flow.schedule.trigger, Weekly):
        slots = plan_weekly(
            flow.schedule,
            zone=zone(enrolment.zone),
            after=max(enrolment.planned_until or enrolment.started_at, enrolment.started_at),
            until=until,
            quiet=work.practice.quiet,
        )
        for slot in slots:
            _add(work, enrolment.care_id, enrolment.flow_id, slot)
    enrolments.mark_planned(work.tx, enrolment.id, until)


def plan_for_session(work: Work, care: Care, session: TherapySession) -> datetime | None:
    """Plan what follows a therapy session; when the first of it comes, if anything does."""
    due = []
    for enrolment in enrolments.list_for_care(work.tx, care.id):
        flow = work.practice.shelf.current(work.tx, enrolment.flow_id)
        if enrolment.ended_at is not None or flow is None:
            continue
        if isinstance(flow.schedule.trigger, AfterTherapySession):
            slot = plan_after_session(
                flow.schedule,
                ended_at=session.ends_at,
                zone=zone(enrolment.zone),
                quiet=work.practice.quiet,
                slot=f"session-{session.id}",
            )
            if slot.until_at > work.now:
                _add(work, care.id, flow.id, slot)
                due.append(slot.due_at)
    return min(due, default=None)


def _add(work: Work, care_id: int, flow_id: str, slot: Slot) -> int | None:
    return occurrences.add(
        work.tx,
        care_id=care_id,
        flow_id=flow_id,
        local_on=slot.local_on,
        slot=slot.slot,
        due_at=slot.due_at,
        until_at=slot.until_at,
        now=work.now,
    )


def add_request(work: Work, care: Care, flow: Flow, slot: Slot) -> int | None:
    """Write down a check-in that the client asked for; None if there was one today already."""
    return _add(work, care.id, flow.id, slot)


def record_session(
    work: Work, care: Care, *, starts_at: datetime, ends_at: datetime
) -> TherapySession:
    """Record that a therapy session happened or is planned."""
    state: therapy_sessions.State = "happened" if ends_at <= work.now else "planned"
    return therapy_sessions.add(
        work.tx, care_id=care.id, starts_at=starts_at, ends_at=ends_at, state=state, now=work.now
    )
