"""What the kinds with numbers share: checking their bounds and the numbers that are named."""

from __future__ import annotations

from typing import Any

from flows.authoring.report import Loc, Report
from flows.kinds.keys import BoundKeys
from flows.kinds.kind import Unfit

LARGEST_NUMBER = 1_000_000_000


def check(found: Report, keys: BoundKeys, loc: Loc, *, whole: bool, otherwise: str = "") -> None:
    """Reports a bound that is none, and bounds between which nothing lies. ``otherwise`` is what
    else an author may do than write a whole number.
    """
    for key in ("min", "max"):
        bound = getattr(keys, key)
        if bound is None:
            continue
        if abs(bound) > LARGEST_NUMBER:
            hint = f"Stay within {LARGEST_NUMBER:,} either way."
            found.at_value("F070", (*loc, key), f"`{key}` is too large.", hint)
        elif whole and not bound.is_integer():
            message = f"`{key}` is {bound:g}, but answers here are whole numbers."
            found.at_value("F070", (*loc, key), message, f"Write a whole number{otherwise}.")
    if keys.min is not None and keys.max is not None and keys.min >= keys.max:
        message = f"`max` ({keys.max:g}) is not above `min` ({keys.min:g})."
        found.at_value("F070", (*loc, "max"), message, "Make `max` the larger one.")


def unfit(keys: BoundKeys, answer: Any, *, whole: bool) -> Unfit | None:
    """Why the number can never be answered."""
    if isinstance(answer, bool) or not isinstance(answer, int if whole else int | float):
        sort = "whole numbers" if whole else "numbers"
        return f"is no answer to `{keys.id}`.", f"Write {sort} without quotes."
    low = -LARGEST_NUMBER if keys.min is None else keys.min
    high = LARGEST_NUMBER if keys.max is None else keys.max
    if not low <= answer <= high:
        return f"is outside of `{keys.id}`.", "Write numbers between its `min` and `max`."
    return None
