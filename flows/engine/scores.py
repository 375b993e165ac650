"""Scores: sums and means over the items of one check-in.

Used by the scope, where conditions and texts may ask for them, and when a check-in ends. Only
answers on the way count; no score is ever shown to a client unless the author's text says it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.kinds.kind import Value
from flows.kinds.registry import kind_of
from flows.kinds.step import Step
from flows.script.flow import Flow
from flows.script.structure import Score


def score_of(score: Score, flow: Flow, values: Mapping[str, Value | None]) -> float | int | None:
    """The score over these answers by step id; None where too many items are missing.

    Missing items count as the mean of the others where the author allows it, so that a sum is
    sum * items / answered, as the manuals of the common instruments prorate it.
    """
    items = [_counted(score, flow.step(item), values.get(item)) for item in score.of]
    present = [item for item in items if item is not None]
    allowed = score.most_missing if score.missing == "mean" else 0
    if not present or len(items) - len(present) > allowed:
        return None
    parts = len(present) if score.method == "mean" else len(present) / len(items)
    value = sum(present) / parts if parts != 1 else sum(present)
    return int(value) if float(value).is_integer() else value


def _counted(score: Score, step: Step, value: Value | None) -> float | int | None:
    """What an item counts: its number, turned round if it is reversed; None where it is missing."""
    ends = kind_of(step).range_of(step)
    if ends is None or not isinstance(value, int | float):
        return None
    low, high = ends
    return low + high - value if step.id in score.reversed else value + 0
