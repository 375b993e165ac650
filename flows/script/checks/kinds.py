"""Kinds of steps: that each is known, and has the keys it needs and no others.

What a kind says about its own keys stands in ``flows.kinds``; here it is only asked.
"""

from __future__ import annotations

from typing import Any

from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.kinds.kind import Kind
from flows.kinds.registry import is_only_said, kind_named
from flows.script.schema import KEYS_OF_KIND, StepShape
from flows.script.sheet import Sheet

MOST_OF_A_KEY = {"wording": 10, "reflect": 10, "go": 10}


def check(sheet: Sheet) -> None:
    """Reports every step whose kind, keys or bounds are wrong, and a flow that asks nothing."""
    steps = sheet.flow.step
    for number, step in enumerate(steps or []):
        if step.kind is None:
            continue
        kind = kind_named(step.kind)
        if kind is not None:
            _check_step(sheet, step, kind, ("step", number))
        else:
            message = f"There is no kind of step called `{step.kind[:60]}`."
            hint = near(step.kind, KEYS_OF_KIND, f"The kinds are {listed(KEYS_OF_KIND)}.")
            sheet.at_value("F013", ("step", number, "kind"), message, hint)
    if steps and all(is_only_said(step.kind) for step in steps):
        message = "This flow says something but asks nothing."
        sheet.at_value("F071", ("step", 0, "kind"), message, "Add a step that asks.")
    if steps == []:
        sheet.at_value("F071", ("step",), "This flow has no steps.", "Add a step that asks.")


def _check_step(sheet: Sheet, step: StepShape, kind: Kind[Any, Any], loc: Loc) -> None:
    for key in type(step).model_fields:
        if getattr(step, key) is not None and key not in KEYS_OF_KIND[kind.step.kind]:
            homes = [other for other, keys in KEYS_OF_KIND.items() if key in keys]
            message = f"A step of the kind `{kind.step.kind}` has no `{key}`."
            hint = f"Remove it; it belongs to {listed(homes)}."
            sheet.at_key("F016", (*loc, key), message, hint)
    for key in _needed(sheet, step, kind, loc):
        if getattr(step, key) is None:
            sheet.missing(loc, key, kind.examples[key])
    for key, most in MOST_OF_A_KEY.items():
        if len(getattr(step, key) or []) > most:
            message = f"There are more than {most} of `{key}` here."
            sheet.at_key("F082", (*loc, key), message, f"Keep {most} of them.")
    kind.check(sheet, step, loc)


def _needed(sheet: Sheet, step: StepShape, kind: Kind[Any, Any], loc: Loc) -> tuple[str, ...]:
    """The keys without which the step cannot be asked, given those that it has."""
    others = [key for group in kind.either[1:] for key in group]
    if any(getattr(step, key) is not None or (*loc, key) in sheet.faulty for key in others):
        return kind.needed
    return (*kind.needed, *next(iter(kind.either), ()))
