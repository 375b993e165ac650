"""Projects what will come to a client: stored occurrences, and what the rules will plan.

Used by ``interlude schedule`` and ``why``, and when a check-in is about to be opened, so that what
was shown is what is sent. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from bot.services.consent import stepwise
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local
from flows.schedule.occurrences import Slot, is_asked_for
from flows.schedule.projection import RECENT, Expected, Projected, Verdict, project
from flows.schedule.thinning import week_of
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import enrolments, occurrences
from storage.cares import Care
from storage.occurrences import Occurrence

SOON = timedelta(days=28)
"""The time ahead in which a client's next check-in is looked for."""
_WEEK = timedelta(days=7)
_SHIFTED = timedelta(days=3)
"""The time before the span for a row of the same slot: what was opened is not planned twice."""
assert _SHIFTED > RECENT


def verdict_on(work: Work, care: Care, occurrence: Occurrence) -> Verdict:
    """Decide what comes of a planned occurrence that is due."""
    found = projected(work, care, occurrence.due_at, occurrence.due_at)
    mine = (each.verdict for each in found if each.expected.id == occurrence.id)
    return next(mine, "comes")


def next_at(work: Work, care: Care, flow_id: str | None = None) -> datetime | None:
    """Find when the next check-in (of one flow, if named) comes to the client, as things stand;
    none does before they have answered to a changed consent.
    """
    if stepwise.is_outdated(work, care):
        return None
    found = projected(work, care, work.now, work.now + SOON)
    later = (
        each.expected.due_at
        for each in found
        if each.verdict == "comes" and each.expected.due_at > work.now
        if flow_id is None or each.expected.flow_id == flow_id
    )
    return min(later, default=None)


def projected(work: Work, care: Care, since: datetime, until: datetime) -> tuple[Projected, ...]:
    """The check-ins that will come in the weeks from ``since`` to ``until``, by time."""
    local, practice = zone(care.zone), work.practice
    first = at_local(week_of(since, local), time(), local)
    last = at_local(week_of(until, local) + _WEEK, time(), local)
    stored = occurrences.list_for_care(work.tx, care.id, since=first - _SHIFTED, until=last)
    expected = _expected(work, care, stored, last)
    return tuple(
        each
        for each in project(
            expected,
            zone=local,
            quiet=practice.quiet,
            cap=practice.settings.practice.weekly_cap,
        )
        if first <= each.expected.due_at < last
    )


def _expected(
    work: Work, care: Care, stored: list[Occurrence], last: datetime
) -> Iterator[Expected]:
    """List what is opened and planned once the next planning has added, moved and cancelled."""
    flows = {flow.id: flow for flow in work.practice.shelf.list_current(work.tx)}
    rows = {(each.flow_id, each.local_on, each.slot): each for each in stored}
    gone: set[int] = set()
    for enrolment in enrolments.list_running(work.tx, care.id):
        flow = flows.get(enrolment.flow_id)
        if flow is None or (enrolment.planned_until or work.now) >= last:
            continue
        slots = plans.slots_ahead(work, enrolment, flow, last)
        if enrolment.planned_until is None:
            known = occurrences.list_planned(work.tx, care.id, flow_id=flow.id)
            gone |= {each.id for each in plans.left_over(known, slots, flow, work.now)}
        for slot in slots:
            row = rows.get((flow.id, slot.local_on, slot.slot))
            if row is None or row.state in ("planned", "cancelled"):
                gone |= {row.id} if row is not None else set()
                yield _of_slot(flow, slot, row)
    for each in stored:
        flow = flows.get(each.flow_id)
        if flow is not None and each.state in ("planned", "opened") and each.id not in gone:
            yield _of_row(flow, each)


def _of_slot(flow: Flow, slot: Slot, row: Occurrence | None) -> Expected:
    return Expected(
        flow_id=flow.id,
        local_on=slot.local_on,
        slot=slot.slot,
        due_at=slot.due_at,
        until_at=slot.until_at,
        priority=flow.priority,
        takes_no_room=flow.schedule.trigger.family == "request",
        id=None if row is None else row.id,
    )


def _of_row(flow: Flow, row: Occurrence) -> Expected:
    asked_for = is_asked_for(row.slot)
    return Expected(
        flow_id=row.flow_id,
        local_on=row.local_on,
        slot=row.slot,
        due_at=row.due_at,
        until_at=row.until_at,
        priority=flow.priority,
        is_opened=row.state == "opened",
        is_asked_for=asked_for,
        takes_no_room=asked_for or flow.schedule.trigger.family == "request",
        id=row.id,
    )
