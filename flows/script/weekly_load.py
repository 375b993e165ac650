"""How many check-ins a week flows bring together, and which of them a full week leaves out.

Used by ``flows check`` and publishing, and where a client is put into a flow. It reckons with an
ordinary week with one therapy session; what really comes is decided by ``flows.schedule``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.authoring.near_names import listed
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class Overload:
    """A flow of which a full week leaves some out, or all."""

    flow: Flow
    load: float
    """How many check-ins a week it would bring."""
    behind: tuple[Flow, ...] = ()
    """Those that come first by priority and fill the week, so that it never comes; none where it
    brings too many by itself."""


def weekly_load(flow: Flow, flows: Sequence[Flow]) -> float:
    """How many check-ins a week a flow brings in an ordinary week with one therapy session.

    After a flag nothing is expected, on request nothing is counted; a flow after another one comes
    as often as that one.
    """
    by_id = {one.id: one for one in flows}
    passed: set[str] = set()
    trigger = flow.schedule.trigger
    while (followed := trigger.follows_flow()) is not None:
        if followed in passed or followed not in by_id:
            return 0.0
        passed.add(followed)
        trigger = by_id[followed].schedule.trigger
    return trigger.per_week()


def overloads(flows: Sequence[Flow], cap: int) -> Iterator[Overload]:
    """What a client with these flows and this weekly cap would miss in every week."""
    loads = {one.id: weekly_load(one, flows) for one in flows}
    for flow in flows:
        load = loads[flow.id]
        if load > cap:
            yield Overload(flow, load)
        before = [one for one in flows if one.priority < flow.priority and loads[one.id]]
        if load and sum(loads[one.id] for one in before) >= cap:
            yield Overload(flow, load, tuple(before))


def in_words(found: Overload, cap: int) -> tuple[str, str]:
    """What is left out and what to do about it, for whoever looks after the flows."""
    name = found.flow.id
    if not found.behind:
        message = (
            f"`{name}` alone would come {found.load:.3g} times a week, but a client gets at most "
            f"{cap} check-ins a week; the others are left out."
        )
        return message, "Ask less often, or raise `weekly_cap` in the settings."
    before = listed(one.id for one in found.behind)
    message = f"`{name}` would never come beside {before}: they come first and fill the week."
    return message, "Give it a lower `priority` number than theirs, or let them come less often."
