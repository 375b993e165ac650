"""Kinds of steps: that each is known, has the keys it needs and no others, and fits its bounds."""

from __future__ import annotations

from flows.script.checks.conditions import LARGEST_NUMBER
from flows.script.schema import KEYS_OF_KIND, LATER_KINDS, NEEDED_BY_KIND, StepShape
from flows.script.sheet import Sheet, listed, near

WIDEST_SCALE = 11
"""So many number buttons can be read and hit on a phone."""
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
LONGEST_ANSWER = 2000

_EXAMPLES = {
    "options": 'at least two: `options = [{ id = "yes", en = "Yes" }, …]`.',
    "min": "the lowest number: `min = 0`.",
    "max": "the highest number: `max = 10`.",
    "low": 'the words for the lowest number: `low.en = "not at all"`.',
    "high": 'the words for the highest number: `high.en = "completely"`.',
}


def check(sheet: Sheet) -> None:
    """Reports every step whose kind, keys or bounds are wrong, and a flow that asks nothing."""
    steps = sheet.flow.step
    for number, step in enumerate(steps or []):
        if step.kind is None:
            continue
        if step.kind in KEYS_OF_KIND:
            _check_step(sheet, step, step.kind, number)
        else:
            _unknown_kind(sheet, step.kind, number)
    if steps and all(step.kind == "message" for step in steps):
        message = "This flow says something but asks nothing."
        sheet.at_value("F071", ("step", 0, "kind"), message, "Add a step that asks.")
    if steps == []:
        sheet.at_value("F071", ("step",), "This flow has no steps.", "Add a step that asks.")


def _unknown_kind(sheet: Sheet, kind: str, number: int) -> None:
    message = f"There is no kind of step called `{kind[:60]}`."
    hint = near(kind, KEYS_OF_KIND, f"The kinds are {listed(KEYS_OF_KIND)}.")
    if kind in LATER_KINDS:
        message = f"Steps of the kind `{kind}` are not in this version yet."
        hint = f"Until then, use one of {listed(KEYS_OF_KIND)}."
    sheet.at_value("F013", ("step", number, "kind"), message, hint)


def _check_step(sheet: Sheet, step: StepShape, kind: str, number: int) -> None:
    for key in StepShape.model_fields:
        if getattr(step, key) is not None and key not in KEYS_OF_KIND[kind]:
            homes = [other for other, keys in KEYS_OF_KIND.items() if key in keys]
            message = f"A step of the kind `{kind}` has no `{key}`."
            hint = f"Remove it; it belongs to {listed(homes)}."
            sheet.at_key("F016", ("step", number, key), message, hint)
    for key in NEEDED_BY_KIND.get(kind, ()):
        if getattr(step, key) is None:
            sheet.missing(("step", number), key, _EXAMPLES[key])
    if kind == "choice" and step.options is not None:
        _check_options(sheet, len(step.options), number)
    if kind in ("scale", "number"):
        _check_bounds(sheet, step, kind, number)
    if kind == "text" and step.max_length is not None:
        _check_length(sheet, step.max_length, number)


def _check_options(sheet: Sheet, count: int, number: int) -> None:
    if not FEWEST_OPTIONS <= count <= MOST_OPTIONS:
        message = f"The number of options here is {count}."
        hint = f"Offer between {FEWEST_OPTIONS} and {MOST_OPTIONS}."
        sheet.at_value("F082", ("step", number, "options"), message, hint)


def _check_bounds(sheet: Sheet, step: StepShape, kind: str, number: int) -> None:
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
    elif (kind == "scale" or whole is not False) and not bound.is_integer():
        message = f"`{key}` is {bound:g}, but answers here are whole numbers."
        hint = "Write a whole number" + ("." if kind == "scale" else ", or `whole = false`.")
        sheet.at_value("F070", loc, message, hint)


def _check_length(sheet: Sheet, length: int, number: int) -> None:
    if not 1 <= length <= LONGEST_ANSWER:
        message = f"`max_length` is {length}." if abs(length) < 10**12 else "`max_length` is huge."
        hint = f"Choose between 1 and {LONGEST_ANSWER} characters."
        sheet.at_value("F070", ("step", number, "max_length"), message, hint)
