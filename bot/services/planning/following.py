"""Plans what follows an event: a therapy session, another check-in that was finished, a flag.

Used where those events are saved, in their transaction. Each event has a slot name of its own, so
that what belongs to it moves and is cancelled with it and never comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.services.work.unit_of_work import Work
from flows.schedule.explain import NotSent
from flows.schedule.happenings import (
    Awaited,
    CheckInFinished,
    FlagTurn,
    FlagTurned,
    Happening,
    SessionHeld,
)
from flows.schedule.occurrences import Slot, plan_event
from flows.schedule.quiet import only_quiet
from flows.schedule.trigger import Trigger
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import cares, enrolments, occurrences, therapy_sessions
from storage.check_ins import StoredCheckIn
from storage.enrolments import Enrolment
from storage.therapy_sessions import TherapySession

_NAMED: Mapping[Awaited, str] = {
    "therapy_session": "session-",
    "check_in": "check-in-",
    "flag": "flag-",
}
"""The beginning of a slot's name, by what it follows; the row's number comes behind."""


def session_slot(session_id: int) -> str:
    """The slot of what comes before or after a therapy session."""
    return f"{_NAMED['therapy_session']}{session_id}"


def _flag_slot(flag_id: int) -> str:
    return f"{_NAMED['flag']}{flag_id}"


def still_follows(slot: str, trigger: Trigger) -> bool:
    """True where a slot is named after the kind of event that the trigger waits for, other than a
    therapy session: those are planned anew from the sessions themselves.
    """
    if trigger.awaits is None or trigger.awaits == "therapy_session":
        return False
    return slot.startswith(_NAMED[trigger.awaits])


def plan_for_session(work: Work, session: TherapySession) -> datetime | None:
    """Plan what comes before and after a therapy session; when its first questions come, if any.

    Planned again after the session has moved, everything moves with it.
    """
    found = [
        (enrolment, flow, slot)
        for enrolment, flow in _enrolled(work, session.care_id)
        if (slot := _slot_of_session(work, enrolment, flow, session)) is not None
    ]
    new = [(enrolment.care_id, flow.id, slot) for enrolment, flow, slot in found]
    wanted = {(flow_id, slot.local_on) for _, flow_id, slot in new}
    name = session_slot(session.id)
    planned = occurrences.list_planned(work.tx, session.care_id, slot=name)
    gone = [each.id for each in planned if (each.flow_id, each.local_on) not in wanted]
    occurrences.cancel_many(work.tx, gone, "session_moved", work.now)
    occurrences.put_many(work.tx, new, work.now)
    sent = (
        slot.due_at
        for enrolment, _, slot in found
        if not only_quiet(slot.due_at, slot.until_at, zone(enrolment.zone), work.practice.quiet)
    )
    return min(sent, default=None)


def cancel_for_session(work: Work, session: TherapySession) -> None:
    """Nothing that belongs to a therapy session comes any more."""
    name = session_slot(session.id)
    occurrences.cancel_slot(work.tx, session.care_id, name, "session_cancelled", work.now)


def next_due(work: Work, session: TherapySession) -> datetime | None:
    """The time when the next questions that belong to a therapy session come; None: none do."""
    name = session_slot(session.id)
    planned = occurrences.list_planned(work.tx, session.care_id, slot=name)
    return min((each.due_at for each in planned), default=None)


def slots_of_sessions(work: Work, enrolment: Enrolment, flow: Flow) -> Iterator[Slot]:
    """The slots of every therapy session of the care that can still be sent."""
    for session in therapy_sessions.list_for_care(work.tx, enrolment.care_id):
        if session.state in ("planned", "happened"):
            slot = _slot_of_session(work, enrolment, flow, session)
            if slot is not None and session.ends_at >= enrolment.started_at:
                yield slot


def _slot_of_session(
    work: Work, enrolment: Enrolment, flow: Flow, session: TherapySession
) -> Slot | None:
    held = SessionHeld(session.starts_at, session.ends_at)
    return _slot(work, enrolment, flow, held, session_slot(session.id))


def _slot(
    work: Work, enrolment: Enrolment, flow: Flow, happening: Happening, name: str
) -> Slot | None:
    """The slot that belongs to a happening; None where the flow does not follow such a one, it has
    no time, or its window is over.
    """
    slot = plan_event(
        flow.schedule,
        happening,
        zone=zone(enrolment.zone),
        enrolled_at=enrolment.started_at,
        quiet=work.practice.quiet,
        slot=name,
    )
    return slot if slot is not None and slot.until_at > work.now else None


def after_check_in(work: Work, stored: StoredCheckIn) -> None:
    """Plan the flows that follow a check-in of this flow, now that it was finished."""
    finished = CheckInFinished(stored.state.flow_id, work.now)
    for enrolment, flow in _enrolled(work, stored.care_id):
        _put(work, enrolment, flow, finished, f"{_NAMED['check_in']}{stored.id}")


def after_flag(work: Work, care_id: int, flag_id: int, on: FlagTurn) -> None:
    """Plan the flows that follow what a client said, or that it was talked about; while one of
    them is planned for this flag, no second one is.
    """
    name = _flag_slot(flag_id)
    for enrolment, flow in _enrolled(work, care_id):
        if not occurrences.list_planned(work.tx, care_id, flow_id=flow.id, slot=name):
            _put(work, enrolment, flow, FlagTurned(on, work.now), name)


def not_talked(work: Work, care_id: int, flag_id: int) -> None:
    """A therapist takes back that it was talked about: what was to follow from that does not."""
    _call_off(work, care_id, flag_id, "talked", "not_talked")


def not_said(work: Work, care_id: int, flag_id: int) -> None:
    """A client takes back what they said: what was to follow from that does not."""
    _call_off(work, care_id, flag_id, "said_so", "not_said")


def _call_off(work: Work, care_id: int, flag_id: int, on: FlagTurn, why: NotSent) -> None:
    turned = FlagTurned(on, work.now)
    for _, flow in _enrolled(work, care_id):
        if flow.schedule.trigger.wanted(turned) is not None:
            planned = occurrences.list_planned(
                work.tx, care_id, flow_id=flow.id, slot=_flag_slot(flag_id)
            )
            ids = [each.id for each in planned]
            occurrences.cancel_many(work.tx, ids, why, work.now)


def _put(work: Work, enrolment: Enrolment, flow: Flow, happening: Happening, name: str) -> None:
    slot = _slot(work, enrolment, flow, happening, name)
    if slot is not None:
        occurrences.put_many(work.tx, [(enrolment.care_id, flow.id, slot)], work.now)


def _enrolled(work: Work, care_id: int) -> Iterator[tuple[Enrolment, Flow]]:
    """The care's running enrolments in flows that follow an event, with their flows; none before
    the client has agreed.
    """
    if cares.load(work.tx, care_id).state != "active":
        return
    flows = {flow.id: flow for flow in work.practice.shelf.list_current(work.tx)}
    for enrolment in enrolments.list_running(work.tx, care_id):
        flow = flows.get(enrolment.flow_id)
        if flow is not None and flow.schedule.trigger.family == "event":
            yield enrolment, flow
