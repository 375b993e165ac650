"""Decides which flows a client gets: switched on and off by a therapist or on the command line.

What a client starts with on consent is decided by ``plans.enrol_at_first``; until then it can be
prepared, and nothing is planned. Switching off cancels what is planned; an open check-in is
finished, and what was answered stays.
"""

from __future__ import annotations

from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from flows.script.flow import Flow
from flows.script.weekly_load import Overload, overloads
from storage import audit, enrolments, occurrences
from storage.cares import Care
from storage.enrolments import Enrolment


def has_a_schedule(flow: Flow) -> bool:
    """True where being in the flow brings check-ins; the others come on request only."""
    return flow.schedule.trigger.family != "request"


def may_switch(care: Care) -> bool:
    """True where flows can be switched on and off: also before the client has agreed."""
    return care.state in ("invited", "asked", "active")


def running(work: Work, care: Care) -> frozenset[str]:
    """The ids of the flows that the client is in now, or will be once they have agreed."""
    if care.state in ("invited", "asked") and not enrolments.list_for_care(work.tx, care.id):
        return frozenset(flow.id for flow in plans.defaults(work))
    return frozenset(each.flow_id for each in enrolments.list_running(work.tx, care.id))


def overloads_of(work: Work, care: Care) -> list[Overload]:
    """Return what the client misses in every week, as their flows and the weekly cap stand."""
    on = running(work, care)
    flows = [flow for flow in work.practice.shelf.list_current(work.tx) if flow.id in on]
    practice = work.practice.settings.practice
    return list(overloads(flows, practice.weekly_cap, practice.quiet))


def switch_on(work: Work, care: Care, flow: Flow, *, by: str) -> bool:
    """The client is in the flow and its first days are planned; False if they were already."""
    if flow.id in running(work, care):
        return False
    if care.state == "active":
        plans.enrol(work, care, flow)
    else:
        _prepare(work, care)
        _add(work, care, flow)
    _record(work, care, flow.id, "enrolled", by)
    return True


def switch_off(work: Work, care: Care, flow_id: str, *, by: str) -> bool:
    """The client is not in the flow and nothing of it is planned; False if they were not."""
    if care.state != "active" and flow_id in running(work, care):
        _prepare(work, care)
    found = [e for e in enrolments.list_running(work.tx, care.id) if e.flow_id == flow_id]
    for enrolment in found:
        enrolments.end(work.tx, enrolment.id, work.now)
        occurrences.cancel_planned(work.tx, care.id, "flow_ended", work.now, flow_id)
        _record(work, care, flow_id, "unenrolled", by)
    return bool(found)


def prepare_again(work: Work, care: Care) -> None:
    """Somebody whose therapy had ended is to start with what everybody starts with, at the times
    that were their own at last; nothing is planned before they have agreed.
    """
    wishes = {each.flow_id: each.wish for each in enrolments.list_for_care(work.tx, care.id)}
    for flow in plans.defaults(work):
        added, wish = _add(work, care, flow), wishes.get(flow.id)
        if added is not None and wish is not None:
            enrolments.set_wish(work.tx, added.id, wish)


def _prepare(work: Work, care: Care) -> None:
    """The flows with which the client would start are enrolments of their own, so that each can be
    switched; nothing of them is planned before the client has agreed.
    """
    if not enrolments.list_for_care(work.tx, care.id):
        for flow in plans.defaults(work):
            _add(work, care, flow)


def _add(work: Work, care: Care, flow: Flow) -> Enrolment | None:
    return enrolments.add(
        work.tx,
        care_id=care.id,
        flow_id=flow.id,
        zone=care.zone,
        seed=work.practice.ids.seed(),
        now=work.now,
    )


def _record(work: Work, care: Care, flow_id: str, action: str, by: str) -> None:
    audit.add(
        work.tx, now=work.now, actor=by, action=action, subject=care.client_code, detail=flow_id
    )
