"""Bounds of steps: numbers, lengths, counts, times and dates between which an answer must lie."""

from __future__ import annotations

from flows.authoring import spans
from flows.script.checks.answers import LARGEST_NUMBER
from flows.script.schema import StepShape
from flows.script.sheet import Sheet

WIDEST_SCALE = 11
"""So many number buttons can be read and hit on a phone."""
LONGEST_ANSWER = 2000
FARTHEST_DAYS = 3660


def check(sheet: Sheet, step: StepShape, kind: str, number: int) -> None:
    """Reports every bound of a step that is no bound, or between which nothing lies."""
    if kind in ("scale", "number"):
        _check_numbers(sheet, step, kind, number)
    if kind == "scale" and step.labels is not None:
        _check_labels(sheet, step, number)
    if kind == "several":
        _check_picks(sheet, step, number)
    if kind == "text":
        _check_lengths(sheet, step, number)
    if kind == "time":
        _check_times(sheet, step, number)
    if kind == "date":
        _check_dates(sheet, step, number)


def _check_numbers(sheet: Sheet, step: StepShape, kind: str, number: int) -> None:
    for key in ("min", "max"):
        bound = getattr(step, key)
        if bound is not None:
            _check_bound(sheet, bound, key, kind, step.whole, number)
    if step.min is None or step.max is None:
        return
    if step.min >= step.max:
        message = f"`max` ({step.max:g}) is not above `min` ({step.min:g})."
        sheet.at_value("F070", ("step", number, "max"), message, "Make `max` the larger one.")
    elif kind == "scale" and step.max - step.min >= WIDEST_SCALE:
        message = f"A scale from {step.min:g} to {step.max:g} has too many numbers for buttons."
        hint = f"Use at most {WIDEST_SCALE} numbers, such as 0 to 10, or the kind `number`."
        sheet.at_value("F100", ("step", number, "max"), message, hint)


def _check_bound(
    sheet: Sheet, bound: float, key: str, kind: str, whole: bool | None, number: int
) -> None:
    loc = ("step", number, key)
    if abs(bound) > LARGEST_NUMBER:
        hint = f"Stay within {LARGEST_NUMBER:,} either way."
        sheet.at_value("F070", loc, f"`{key}` is too large.", hint)
    elif (kind != "number" or whole is not False) and not bound.is_integer():
        message = f"`{key}` is {bound:g}, but answers here are whole numbers."
        hint = "Write a whole number" + ("." if kind != "number" else ", or `whole = false`.")
        sheet.at_value("F070", loc, message, hint)


def _check_labels(sheet: Sheet, step: StepShape, number: int) -> None:
    """Either the ends are labelled or every value, from the lowest to the highest."""
    for key in ("low", "high"):
        if getattr(step, key) is not None:
            message = f"Where every value has a label, `{key}` has no effect."
            sheet.at_key("F016", ("step", number, key), message, "Remove it, or `labels`.")
    given = [label.value for label in step.labels or []]
    if step.min is None or step.max is None or None in given or step.max - step.min > 100:
        return
    wanted = list(range(int(step.min), int(step.max) + 1))
    if given != wanted:
        message = f"The labels are not those of {step.min:g} to {step.max:g} in this order."
        hint = "Give one label to each value, the lowest first."
        sheet.at_value("F070", ("step", number, "labels"), message, hint)


def _check_picks(sheet: Sheet, step: StepShape, number: int) -> None:
    count = len(step.options) if step.options is not None else LARGEST_NUMBER
    for key in ("min", "max"):
        bound = getattr(step, key)
        if bound is None:
            continue
        if not (bound.is_integer() and (key == "max") <= bound <= count):
            message = f"`{key}` does not fit {count} options."
            hint = f"Write a whole number from {int(key == 'max')} to {count}."
            sheet.at_value("F070", ("step", number, key), message, hint)
            return
    if step.min is not None and step.max is not None and step.min > step.max:
        message = f"`max` ({step.max:g}) is below `min` ({step.min:g})."
        sheet.at_value("F070", ("step", number, "max"), message, "Make `max` the larger one.")


def _check_lengths(sheet: Sheet, step: StepShape, number: int) -> None:
    for key in ("min_length", "max_length"):
        length = getattr(step, key)
        if length is not None and not 1 <= length <= LONGEST_ANSWER:
            message = f"`{key}` is {length}." if abs(length) < 10**12 else f"`{key}` is huge."
            hint = f"Choose between 1 and {LONGEST_ANSWER} characters."
            sheet.at_value("F070", ("step", number, key), message, hint)
            return
    least, most = step.min_length or 1, step.max_length or LONGEST_ANSWER
    if least > most:
        message = f"No text has at least {least} and at most {most} characters."
        hint = "Make `min_length` the smaller one."
        sheet.at_value("F070", ("step", number, "min_length"), message, hint)


def _check_times(sheet: Sheet, step: StepShape, number: int) -> None:
    found = {}
    for key in ("earliest", "latest"):
        written = getattr(step, key)
        if written is None:
            continue
        found[key] = spans.time_of_day(written)
        if found[key] is None:
            message = f"`{written[:60]}` is no time of day."
            hint = spans.write_time(written)
            sheet.at_value("F061", ("step", number, key), message, hint)
    earliest, latest = found.get("earliest"), found.get("latest")
    if earliest is not None and latest is not None and earliest >= latest:
        message = f"`latest` ({step.latest}) is not after `earliest` ({step.earliest})."
        hint = "Make `latest` the later one; a night is asked about without bounds."
        sheet.at_value("F070", ("step", number, "latest"), message, hint)


def _check_dates(sheet: Sheet, step: StepShape, number: int) -> None:
    found = {}
    for key in ("earliest", "latest"):
        written = getattr(step, key)
        if written is None:
            continue
        found[key] = spans.days_from_today(written)
        days = found[key]
        if days is None or abs(days) > FARTHEST_DAYS:
            message = f"`{written[:60]}` is no distance from today."
            hint = 'Write days from today: "-30d", "0d" or "+14d"; at most ten years.'
            sheet.at_value("F060", ("step", number, key), message, hint)
    earliest, latest = found.get("earliest"), found.get("latest")
    if earliest is not None and latest is not None and earliest > latest:
        message = f"`latest` ({step.latest}) is before `earliest` ({step.earliest})."
        sheet.at_value("F070", ("step", number, "latest"), message, "Make `latest` the later one.")
