"""Whether an answer that an author names can ever be given to a step."""

from __future__ import annotations

import json
import re
from typing import Any

from flows.authoring import spans
from flows.authoring.near_names import listed, near
from flows.script.schema import ScoreShape, StepShape

LARGEST_NUMBER = 1_000_000_000

_DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


def unfit(step: StepShape, answer: Any) -> tuple[str, str] | None:
    """What is wrong with the answer, after its name, and what to do; None: it can be given."""
    if step.kind in ("choice", "several"):
        return _unfit_option(step, answer)
    if step.kind == "yes_no" and not isinstance(answer, bool):
        return f"is no answer to `{step.id}`.", "Write true or false, without quotes."
    if step.kind in ("scale", "number"):
        return _unfit_number(step, answer)
    if step.kind == "text":
        return "cannot be compared with a text.", f'Use when = "{step.id}.answered" instead.'
    if step.kind == "time" and not (isinstance(answer, str) and spans.time_of_day(answer)):
        return f"is no answer to `{step.id}`.", 'Write a time such as "18:30".'
    if step.kind == "date" and not (isinstance(answer, str) and _DATE.fullmatch(answer)):
        return f"is no answer to `{step.id}`.", 'Write a date such as "2026-11-24".'
    return None


def _unfit_option(step: StepShape, answer: Any) -> tuple[str, str] | None:
    known = [option.id for option in step.options or [] if option.id is not None]
    if not known or answer in known:
        return None
    written = answer if isinstance(answer, str) else ""
    hint = near(written, known, f"The options are {listed(known)}.")
    return f"is no option of `{step.id}`.", hint


def _unfit_number(step: StepShape, answer: Any) -> tuple[str, str] | None:
    whole = step.kind == "scale" or step.whole is not False
    if isinstance(answer, bool) or not isinstance(answer, int if whole else int | float):
        sort = "whole numbers" if whole else "numbers"
        return f"is no answer to `{step.id}`.", f"Write {sort} without quotes."
    low = -LARGEST_NUMBER if step.min is None else step.min
    high = LARGEST_NUMBER if step.max is None else step.max
    if not low <= answer <= high:
        return f"is outside of `{step.id}`.", "Write numbers between its `min` and `max`."
    return None


def shown(answer: Any) -> str:
    """The answer as written; Python refuses to print numbers of thousands of digits."""
    if isinstance(answer, str):
        return f"`{answer[:60]}`"
    printable = isinstance(answer, bool | float) or (isinstance(answer, int) and answer < 10**12)
    return f"`{json.dumps(answer)}`" if printable and answer > -(10**12) else "This"


def bounds_of(step: StepShape) -> tuple[float, float] | None:
    """The least and the greatest answer to a step with numbers; None: it has none."""
    if step.kind == "scale" and step.min is not None and step.max is not None:
        return step.min, step.max
    if step.kind == "number":
        low = 0 if step.min is None else step.min
        return low, 1_000_000 if step.max is None else step.max
    return None


def bounds_of_score(score: ScoreShape, steps: dict[str, StepShape]) -> tuple[float, float] | None:
    """The least and the greatest value of a score; None where its items are not all numbers.

    A reversed item has the same bounds as it has straight.
    """
    items = [bounds_of(steps[name]) for name in score.of or [] if name in steps]
    ends = [one for one in items if one is not None]
    if not ends or len(ends) != len(score.of or []):
        return None
    low, high = sum(one[0] for one in ends), sum(one[1] for one in ends)
    return (low / len(ends), high / len(ends)) if score.method == "mean" else (low, high)


def cel_of_own(step: StepShape, answers: list[Any]) -> str:
    """The CEL expression that holds where the answer to ``step`` is one of these."""
    written = json.dumps(answers, ensure_ascii=False)
    if step.kind == "several":
        return f"{step.id}.exists(one, one in {written})"
    return f"{step.id} in {written}"


def cel_of(only_if: dict[str, list[Any]], steps: dict[str, StepShape]) -> str:
    """``only_if`` of a step as the CEL expression that says the same."""
    return " && ".join(cel_of_own(steps[name], answers) for name, answers in only_if.items())
