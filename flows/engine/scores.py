"""Scores: sums and means over the items of one check-in.

Used by the scope, where conditions and texts may ask for them, and when a check-in ends. Only
answers on the way count; no score is ever shown to a client unless the author's text says it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.kinds.kind import Value
from flows.kinds.registry import kind_of
from flows.script.flow import Flow
from flows.script.structure import HOURS_OF_A_DAY, Score, TimeBetween


def score_of(score: Score, flow: Flow, values: Mapping[str, Value | None]) -> float | int | None:
    """The score over these answers by step id; None where too many items are missing.

    Missing items count as the mean of the others where the author allows it, so that a sum is
    sum * items / answered, as the manuals of the common instruments prorate it; or as nothing.
    """
    items = [_counted(score, flow, item, values) for item in score.of]
    present = [item for item in items if item is not None]
    allowed = 0 if score.missing == "none" else score.most_missing
    if not present or len(items) - len(present) > allowed:
        return None
    if score.method == "mean":
        parts = float(len(present))
    else:
        parts = 1.0 if score.missing == "leave_out" else len(present) / len(items)
    value = sum(present) / parts if parts != 1 else sum(present)
    return int(value) if float(value).is_integer() else value


def hours_between(between: TimeBetween, values: Mapping[str, Value | None]) -> float | int | None:
    """The hours from the first time to the second, the next day's where it is the earlier; None
    where one of them is missing.
    """
    minutes = [_minute(values.get(name)) for name in (between.begins, between.ends)]
    begins, ends = minutes
    if begins is None or ends is None:
        return None
    hours = (ends - begins) % (HOURS_OF_A_DAY * 60) / 60
    return int(hours) if hours.is_integer() else hours


def _minute(value: Value | None) -> int | None:
    """The minute of the day of an answer such as "18:30"."""
    if not isinstance(value, str):
        return None
    hour, _, minute = value.partition(":")
    return int(hour) * 60 + int(minute) if hour.isdecimal() and minute.isdecimal() else None


def range_of(flow: Flow, item: str) -> tuple[float, float] | None:
    """The least and the greatest number that an item of a score can count; None: it counts none."""
    if flow.time_between(item) is not None:
        return 0, HOURS_OF_A_DAY
    step = flow.step(item)
    return kind_of(step).range_of(step)


def _counted(
    score: Score, flow: Flow, item: str, values: Mapping[str, Value | None]
) -> float | int | None:
    """Return what an item counts: its number, turned round if it is reversed; None if missing."""
    between = flow.time_between(item)
    value = values.get(item) if between is None else hours_between(between, values)
    ends = range_of(flow, item)
    if ends is None or not isinstance(value, int | float):
        return None
    low, high = ends
    return low + high - value if item in score.reversed else value + 0
