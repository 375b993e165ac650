"""Checks several flows against each other: ids, circles, collisions, load.

Used by ``flows check`` on a folder, and before a flow is published beside others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations

from flows.authoring.near_names import listed, near
from flows.authoring.spans import WEEKDAYS
from flows.schedule.quiet import USUAL_QUIET, QuietHours
from flows.schedule.trigger import DAY_MINUTES, Window
from flows.script.arrivals import WEEK, arrivals
from flows.script.flow import Flow
from flows.script.problems import CATALOGUE, Problem
from flows.script.weekly_load import in_words, overloads, weekly_load

WEEKLY_CAP = 4
"""The most check-ins that a client gets in a week unless the practice says otherwise."""
NEAREST = timedelta(hours=2)
MINUTES = NEAREST // timedelta(minutes=1)


def check_together(
    flows: Sequence[Flow],
    *,
    weekly_cap: int = WEEKLY_CAP,
    quiet: QuietHours = USUAL_QUIET,
    default: Collection[str] = (),
    paths: Mapping[str, str] | None = None,
) -> tuple[Problem, ...]:
    """Every problem between these flows, sorted by path and code; they stand at 1:1.

    ``weekly_cap`` is the practice's cap of check-ins a week, ``quiet`` its quiet hours. ``default``
    holds the ids of the flows that it gives to new clients; where it names none, the flows say so
    themselves. ``paths`` gives the file of a flow by
    its fingerprint; without one, the flow's id is shown.
    """
    found = [
        *_duplicates(flows),
        *_targets(flows),
        *_circles(flows),
        *_collisions(flows, quiet),
        *_load(flows, weekly_cap, quiet, default),
    ]
    named = paths or {}
    problems = (
        Problem(1, 1, code, message, hint, CATALOGUE[code].severity, named.get(at, flow_id))
        for at, flow_id, code, message, hint in found
    )
    return tuple(sorted(problems, key=lambda one: (one.path, one.code, one.message)))


Found = tuple[str, str, str, str, str]
"""Fingerprint and id of the flow, code, message and hint."""


def _at(flow: Flow, code: str, message: str, hint: str) -> Found:
    return flow.fingerprint, flow.id, code, message, hint


def _duplicates(flows: Sequence[Flow]) -> Iterator[Found]:
    seen: set[str] = set()
    for flow in flows:
        if flow.id in seen:
            message = f"Another file holds a flow `{flow.id}` already."
            yield _at(flow, "F029", message, "Give one of them an id of its own.")
        seen.add(flow.id)


def _targets(flows: Sequence[Flow]) -> Iterator[Found]:
    known = [flow.id for flow in flows]
    for flow in flows:
        target = flow.schedule.trigger.follows_flow()
        if target is not None and target not in known:
            others = [name for name in known if name != flow.id]
            message = f"`{flow.id}` waits for a flow `{target}`, which is not there."
            yield _at(flow, "F027", message, near(target, others, f"There are {listed(others)}."))


def _circles(flows: Sequence[Flow]) -> Iterator[Found]:
    after = {flow.id: flow.schedule.trigger.follows_flow() for flow in flows}
    for flow in flows:
        passed = [flow.id]
        here = after[flow.id]
        while here is not None and here not in passed:
            passed.append(here)
            here = after.get(here)
        if here == flow.id and flow.id == min(passed):
            message = f"These flows wait for each other: {', '.join(sorted(passed))}."
            yield _at(flow, "F068", message, "Give one of them another trigger.")


def _collisions(flows: Sequence[Flow], quiet: QuietHours) -> Iterator[Found]:
    windows = [(flow, tuple(arrivals(flow, quiet))) for flow in flows]
    for (one, first), (other, second) in combinations(windows, 2):
        begun = [begins % WEEK for begins, _ in _near_each_other(first, second)]
        if begun:
            day = WEEKDAYS[min(begun) // DAY_MINUTES]
            hours = MINUTES // 60
            message = f"`{one.id}` and `{other.id}` may both come on {day} within {hours} hours."
            hint = "Move one of them to another day or time of day."
            yield _at(other, "F066", message, hint)


def _near_each_other(first: Sequence[Window], second: Sequence[Window]) -> Iterator[Window]:
    """The windows of ``first`` that come too near to one of ``second``, from week to week."""
    for window in first:
        if any(
            _distance(window, (begins + shift, ends + shift)) < MINUTES
            for begins, ends in second
            for shift in (-WEEK, 0, WEEK)
        ):
            yield window


def _distance(one: Window, other: Window) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _load(
    flows: Sequence[Flow], cap: int, quiet: QuietHours, named: Collection[str]
) -> Iterator[Found]:
    """Say what a client would miss who has the default flows, or those and one more."""
    default = [flow for flow in flows if (flow.id in named if named else flow.default)]
    yield from _too_many(default, cap)
    for flow in flows:
        client = default if flow in default else [*default, flow]
        for found in overloads(client, cap, quiet):
            if found.flow is flow or (flow not in default and flow in found.behind):
                yield _at(flow, "F067", *in_words(found, cap))


def _too_many(default: Sequence[Flow], cap: int) -> Iterator[Found]:
    """The check-ins of an ordinary week over the default flows, none of which is too much alone."""
    loads = {flow.id: weekly_load(flow, default) for flow in default}
    total = sum(loads.values())
    if total > cap and max(loads.values()) <= cap:
        parts = ", ".join(f"{name} {load:.3g}" for name, load in loads.items() if load)
        message = f"A client would get {total:.3g} check-ins a week, but {cap} is the cap: {parts}."
        hint = "Those with the highest `priority` number are thinned; better ask less often."
        yield _at(default[-1], "F067", message, hint)
