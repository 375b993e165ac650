"""The number of check-ins a week that flows bring together, and those that a full week leaves out.

Used by ``flows check`` and publishing, and where a client is put into a flow. It reckons with an
ordinary week with one therapy session; what really comes is decided by ``flows.schedule``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from flows.authoring.near_names import listed
from flows.schedule.projection import project
from flows.schedule.quiet import QuietHours
from flows.script.arrivals import ZONE, at_once, earliest, latest
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class Overload:
    """A flow of which a full week leaves some out, or all."""

    flow: Flow
    load: float
    """The number of check-ins a week that it would bring."""
    behind: tuple[Flow, ...] = ()
    """Those that come first, by priority or by the time of the week, and fill the week, so that it
    never comes; none where it brings too many by itself."""


def weekly_load(flow: Flow, flows: Sequence[Flow]) -> float:
    """Count the check-ins that a flow brings in an ordinary week with one therapy session.

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


def overloads(flows: Sequence[Flow], cap: int, quiet: QuietHours) -> Iterator[Overload]:
    """Return what a client with these flows, weekly cap and quiet hours would miss every week."""
    loads = {one.id: weekly_load(one, flows) for one in flows}
    for flow in flows:
        load = loads[flow.id]
        if load > cap:
            yield Overload(flow, load)
        others = [one for one in flows if one is not flow]
        if load and (before := _starved_by(flow, others, loads, cap, quiet)):
            yield Overload(flow, load, before)


def _starved_by(
    flow: Flow, others: Sequence[Flow], loads: Mapping[str, float], cap: int, quiet: QuietHours
) -> tuple[Flow, ...]:
    """Those that surely fill every week before the flow can come; none where it may come.

    The flow is taken to come as early as it can and the others of its priority as late as they can;
    those of a lower number come first, whenever they come.
    """
    own = earliest(flow, quiet) if flow.schedule.trigger.week() else at_once(flow, 1)
    before = {
        other.id: at_once(other, floor(loads[other.id]))
        if other.priority < flow.priority
        else latest(other, quiet)
        for other in others
        if other.priority <= flow.priority
    }
    expected = [*own, *(one for each in before.values() for one in each)]
    comes = {
        one.expected.flow_id
        for one in project(expected, zone=ZONE, quiet=None, cap=cap)
        if one.verdict == "comes"
    }
    if not own or flow.id in comes:
        return ()
    return tuple(other for other in others if other.id in comes)


def in_words(found: Overload, cap: int) -> tuple[str, str]:
    """Say what is left out and what an author can do about it."""
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
