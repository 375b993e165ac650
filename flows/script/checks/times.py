"""Values that are the time between two others: that both ends are times of day."""

from __future__ import annotations

from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.kinds.registry import kind_named
from flows.script.schema import ComputedShape, StepShape
from flows.script.sheet import Sheet


def check(sheet: Sheet, value: ComputedShape, loc: Loc) -> None:
    """Reports an end that no step of this flow asks a time for, and two ends that are the same."""
    steps = {step.id: step for step in sheet.flow.step or [] if step.id is not None}
    times = [name for name, step in steps.items() if _asks_time(step)]
    if value.is_ is not None:
        message = "A value has either `is` or `from` and `to`."
        sheet.at_key("F016", (*loc, "is"), message, "Keep one of the two.")
    for key, name in (("from", value.from_), ("to", value.to)):
        if name is None:
            sheet.missing(loc, key, f'the other step: `{key} = "got_up"`.')
        elif name not in steps:
            message = f"There is no step `{name[:60]}` in this flow."
            hint = near(name, times, "Name steps of the kind `time`.")
            sheet.at_value("F022", (*loc, key), message, hint)
        elif name not in times:
            message = f"`{name}` does not ask for a time of day."
            known = listed(times) if times else "none here"
            hint = f"Name steps of the kind `time`: {known}."
            sheet.at_value("F083", (*loc, key), message, hint)
    if value.from_ is not None and value.from_ == value.to:
        message = "No time passes from a step to itself."
        sheet.at_value("F083", (*loc, "to"), message, "Name another step.")


def _asks_time(step: StepShape) -> bool:
    kind = kind_named(step.kind)
    return kind is not None and kind.is_time_of_day
