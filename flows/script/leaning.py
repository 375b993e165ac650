"""Finds out what an expression leans on: the steps behind its names, through scores and values.

Used by the engine, which tells what is decided already from what depends on answers to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from flows.script.flow import Flow
from flows.script.structure import Computed, TimeBetween


def leans_on(flow: Flow, names: Iterable[str], steps: Set[str]) -> bool:
    """True if one of the names is one of these steps, or is worked out from one."""
    return any(name in steps or leans_on(flow, _behind(flow, name), steps) for name in names)


def _behind(flow: Flow, name: str) -> Iterable[str]:
    """The names that a score or a value is worked out from; none for anything else."""
    for score in flow.scores:
        if score.id == name:
            return score.of
    for place, value in enumerate(flow.values):
        if value.id != name:
            continue
        if isinstance(value, TimeBetween):
            return (value.begins, value.ends)
        above = {one.id for one in flow.values[place:]}
        return _seen(value, above)
    return ()


def _seen(value: Computed, below: Set[str]) -> Iterable[str]:
    """A computed value sees only those above it, so that none can lean on itself."""
    return value.names - below
