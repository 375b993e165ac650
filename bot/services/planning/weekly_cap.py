"""Whether a client's week has room for one more check-in: the weekly cap over stored facts.

Used when a check-in is about to be opened, and by the preview of a schedule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from bot.services.work.practice import Work
from flows.schedule.local_time import at_local
from flows.schedule.occurrences import REQUEST_SLOT
from flows.schedule.thinning import Counted, thin, week_of
from flows.schedule.zones import zone
from storage import occurrences
from storage.cares import Care
from storage.occurrences import Occurrence

_WEEK = timedelta(days=7)


def is_left(work: Work, care: Care, occurrence: Occurrence) -> bool:
    """True where the check-in of this occurrence may be opened in its week."""
    return occurrence.id not in left_out(work, care, occurrence.due_at, occurrence.due_at)


def left_out(work: Work, care: Care, since: datetime, until: datetime) -> frozenset[int]:
    """The ids of planned occurrences that find no room in the weeks from ``since`` to ``until``."""
    local = zone(care.zone)
    first = at_local(week_of(since, local), time(), local)
    last = at_local(week_of(until, local) + _WEEK, time(), local)
    found = occurrences.list_for_care(work.tx, care.id, since=first, until=last)
    return thin(_counted(work, found), zone=local, cap=work.practice.settings.practice.weekly_cap)


def _counted(work: Work, found: Iterable[Occurrence]) -> Iterator[Counted]:
    flows = {flow.id: flow for flow in work.practice.shelf.list_current(work.tx)}
    for each in found:
        flow = flows.get(each.flow_id)
        if flow is None or each.state not in ("planned", "opened"):
            continue
        on_request = flow.schedule.trigger.family == "request"
        asked_for = each.slot == REQUEST_SLOT or on_request
        yield Counted(each.id, each.due_at, flow.priority, each.state == "opened", asked_for)
