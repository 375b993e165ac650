"""Kinds of steps: that each is known, and has the keys it needs and no others."""

from __future__ import annotations

from flows.authoring.near_names import listed, near
from flows.script.checks import bounds
from flows.script.flow import RATHER_NOT_SAY
from flows.script.schema import KEYS_OF_KIND, NEEDED_BY_KIND, StepShape
from flows.script.sheet import Sheet

FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
MOST_OF_A_KEY = {"wording": 10, "reflect": 10, "go": 10}

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
            message = f"There is no kind of step called `{step.kind[:60]}`."
            hint = near(step.kind, KEYS_OF_KIND, f"The kinds are {listed(KEYS_OF_KIND)}.")
            sheet.at_value("F013", ("step", number, "kind"), message, hint)
    if steps and all(step.kind == "message" for step in steps):
        message = "This flow says something but asks nothing."
        sheet.at_value("F071", ("step", 0, "kind"), message, "Add a step that asks.")
    if steps == []:
        sheet.at_value("F071", ("step",), "This flow has no steps.", "Add a step that asks.")


def _check_step(sheet: Sheet, step: StepShape, kind: str, number: int) -> None:
    for key in StepShape.model_fields:
        if getattr(step, key) is not None and key not in KEYS_OF_KIND[kind]:
            homes = [other for other, keys in KEYS_OF_KIND.items() if key in keys]
            message = f"A step of the kind `{kind}` has no `{key}`."
            hint = f"Remove it; it belongs to {listed(homes)}."
            sheet.at_key("F016", ("step", number, key), message, hint)
    needed = NEEDED_BY_KIND.get(kind, ())
    if kind == "scale" and step.labels is None and ("step", number, "labels") not in sheet.faulty:
        needed = (*needed, "low", "high")
    for key in needed:
        if getattr(step, key) is None:
            sheet.missing(("step", number), key, _EXAMPLES[key])
    for key, most in MOST_OF_A_KEY.items():
        if len(getattr(step, key) or []) > most:
            message = f"There are more than {most} of `{key}` here."
            sheet.at_key("F082", ("step", number, key), message, f"Keep {most} of them.")
    if kind in ("choice", "several") and step.options is not None:
        _check_options(sheet, step, len(step.options), number)
    bounds.check(sheet, step, kind, number)


def _check_options(sheet: Sheet, step: StepShape, count: int, number: int) -> None:
    if not FEWEST_OPTIONS <= count <= MOST_OPTIONS:
        message = f"The number of options here is {count}."
        hint = f"Offer between {FEWEST_OPTIONS} and {MOST_OPTIONS}."
        sheet.at_value("F082", ("step", number, "options"), message, hint)
    ids = [option.id for option in step.options or []]
    if step.rather_not_say and RATHER_NOT_SAY in ids:
        message = f"This step has an option `{RATHER_NOT_SAY}` as well as `rather_not_say = true`."
        sheet.at_key("F020", ("step", number, "rather_not_say"), message, "Keep one of the two.")
