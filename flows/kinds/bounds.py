"""The parts that the kinds with numbers share: checks of bounds and of the numbers named."""

from __future__ import annotations

from typing import Any, get_args

from flows.authoring.report import Loc, Report
from flows.kinds.keys import BoundKeys, RatedKeys
from flows.kinds.kind import Unfit
from flows.kinds.step import Better

BETTER: tuple[Better, ...] = get_args(Better)
LARGEST_NUMBER = 1_000_000_000


def check(found: Report, keys: RatedKeys, loc: Loc, *, whole: bool, otherwise: str = "") -> None:
    """Reports a bound that is none, bounds between which nothing lies, and a better end that is
    none. ``otherwise`` is what else an author may do than write a whole number.
    """
    _check_better(found, keys, loc)
    _check_danger(found, keys, loc)
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


def is_danger(value: object, at_least: float | None, at_most: float | None) -> bool:
    """True for a number at or beyond one of the thresholds that an author names."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    above = at_least is not None and value >= at_least
    return above or (at_most is not None and value <= at_most)


def danger_in_words(at_least: float | None, at_most: float | None) -> str:
    """The thresholds as an author reads them; empty where none is named."""
    ends = []
    if at_least is not None:
        ends.append(f"{at_least:g} or more")
    if at_most is not None:
        ends.append(f"{at_most:g} or less")
    return f" ({' and '.join(ends)}: a sign of danger)" if ends else ""


def _check_danger(found: Report, keys: RatedKeys, loc: Loc) -> None:
    """Reports a threshold that no answer, or every answer, reaches."""
    low = -LARGEST_NUMBER if keys.min is None else keys.min
    high = LARGEST_NUMBER if keys.max is None else keys.max
    hint = "Name a number between `min` and `max` that some answers reach and others do not."
    check_danger(found, loc, (keys.risk_at_least, keys.risk_at_most), (low, high), hint)


def check_danger(
    found: Report,
    loc: Loc,
    thresholds: tuple[float | None, float | None],
    ends: tuple[float, float],
    hint: str,
) -> None:
    """Reports a threshold, at least or at most, that parts nothing between these ends."""
    (least, most), (low, high) = thresholds, ends
    if least is not None and not low < least <= high:
        message = f"`risk_at_least` ({least:g}) parts no answers from others."
        found.at_value("F070", (*loc, "risk_at_least"), message, hint)
    if most is not None and not low <= most < high:
        message = f"`risk_at_most` ({most:g}) parts no answers from others."
        found.at_value("F070", (*loc, "risk_at_most"), message, hint)
    if least is not None and most is not None and least <= most:
        message = f"Every number is {least:g} or more, or {most:g} or less."
        found.at_value("F070", (*loc, "risk_at_most"), message, "Leave numbers between the two.")


def better(keys: RatedKeys) -> Better | None:
    """Return which end is the better one, of a checked table."""
    return next((end for end in BETTER if end == keys.better), None)


def _check_better(found: Report, keys: RatedKeys, loc: Loc) -> None:
    if keys.better is None:
        return
    if better(keys) is None:
        message = f"`{keys.better[:60]}` is no end of a scale."
        found.at_value("F012", (*loc, "better"), message, 'Write better = "high" or "low".')
    elif keys.measures is None:
        message = "`better` has no effect without `measures`."
        found.at_key("F016", (*loc, "better"), message, "Remove it, or say what is measured.")


def unfit(keys: BoundKeys, answer: Any, *, whole: bool) -> Unfit | None:
    """Say why the number can never be answered."""
    if isinstance(answer, bool) or not isinstance(answer, int if whole else int | float):
        sort = "whole numbers" if whole else "numbers"
        return f"is no answer to `{keys.id}`.", f"Write {sort} without quotes."
    low = -LARGEST_NUMBER if keys.min is None else keys.min
    high = LARGEST_NUMBER if keys.max is None else keys.max
    if not low <= answer <= high:
        return f"is outside of `{keys.id}`.", "Write numbers between its `min` and `max`."
    return None
