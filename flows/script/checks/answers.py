"""The check that an answer that an author names can be given to a step at all."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from flows.kinds.kind import Unfit
from flows.kinds.registry import kind_named
from flows.script.schema import ScoreShape, StepShape
from flows.script.structure import HOURS_OF_A_DAY


def unfit(step: StepShape, answer: Any) -> Unfit | None:
    """Say what is wrong with the answer, after its name, and what to do; None: it can be given."""
    kind = kind_named(step.kind)
    return None if kind is None else kind.unfit(step, answer)


def shown(answer: Any) -> str:
    """The answer as written; Python refuses to print numbers of thousands of digits."""
    if isinstance(answer, str):
        return f"`{answer[:60]}`"
    printable = isinstance(answer, bool | float) or (isinstance(answer, int) and answer < 10**12)
    return f"`{json.dumps(answer)}`" if printable and answer > -(10**12) else "This"


def bounds_of(step: StepShape) -> tuple[float, float] | None:
    """The least and the greatest answer to a step with numbers; None: it has none."""
    kind = kind_named(step.kind)
    return None if kind is None else kind.ends(step)


def bounds_of_score(
    score: ScoreShape, steps: dict[str, StepShape], times: Collection[str] = ()
) -> tuple[float, float] | None:
    """The least and the greatest value of a score; None where its items are not all numbers.

    A reversed item has the same bounds as it has straight. ``times`` are the values that are the
    hours between two times.
    """
    day = (0.0, float(HOURS_OF_A_DAY))
    items = [
        day if name in times else bounds_of(steps[name])
        for name in score.of or []
        if name in steps or name in times
    ]
    ends = [one for one in items if one is not None]
    if not ends or len(ends) != len(score.of or []):
        return None
    lows, highs = sorted(one[0] for one in ends), sorted((one[1] for one in ends), reverse=True)
    if score.method == "mean":
        return sum(lows) / len(ends), sum(highs) / len(ends)
    kept = len(ends) - (score.most_missing or 0 if score.missing == "leave_out" else 0)
    low = sum(lows[:kept]) + sum(min(one, 0) for one in lows[kept:])
    return low, sum(highs[:kept]) + sum(max(one, 0) for one in highs[kept:])


def cel_of_own(step: StepShape, answers: list[Any]) -> str:
    """The CEL expression that holds where the answer to ``step`` is one of these."""
    written = json.dumps(answers, ensure_ascii=False)
    kind = kind_named(step.kind)
    if kind is not None and kind.sort(step) == "strings":
        return f"{step.id}.exists(one, one in {written})"
    return f"{step.id} in {written}"


def cel_of(only_if: dict[str, list[Any]], steps: dict[str, StepShape]) -> str:
    """``only_if`` of a step as the CEL expression that says the same."""
    return " && ".join(cel_of_own(steps[name], answers) for name, answers in only_if.items())
