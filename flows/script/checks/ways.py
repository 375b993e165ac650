"""The way through the steps: that jumps lead forward, that every step can be reached, and that no
reply or jump stands behind one that always holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.authoring.near_names import near
from flows.authoring.report import Loc
from flows.authoring.toml_tables import GoShape, ReflectShape
from flows.kinds.step import END
from flows.script.checks import whereabouts
from flows.script.schema import BlockShape, StepShape
from flows.script.sheet import Sheet


def check(sheet: Sheet) -> None:
    """Reports every jump that leads nowhere or back, and every step to which no way leads."""
    steps = sheet.flow.step or []
    numbers = whereabouts.numbers_by_id(sheet.flow)
    blocks = whereabouts.blocks_by_step(sheet.flow)
    faults = len(sheet.problems)
    for number, step in enumerate(steps):
        _check_order(sheet, step.reflect or [], ("step", number, "reflect"))
        _check_order(sheet, step.go or [], ("step", number, "go"))
        for place, jump in enumerate(step.go or []):
            loc: Loc = ("step", number, "go", place, "to")
            _check_jump(sheet, jump, number, numbers, loc)
            _check_blocks(sheet, step, jump, blocks, loc)
    if len(sheet.problems) == faults:
        _check_reached(sheet, steps, numbers)


def _check_order(sheet: Sheet, entries: Sequence[ReflectShape | GoShape], loc: Loc) -> None:
    """The first that holds counts, so that nothing after one without a condition ever does."""
    for place, entry in enumerate(entries[:-1]):
        if entry.only_if is None and entry.when is None:
            message = "The one before it always holds, so this one never counts."
            hint = "Put the one without a condition last."
            sheet.at_value("F074", (*loc, place + 1), message, hint)
            return


def _check_jump(
    sheet: Sheet, jump: GoShape, number: int, numbers: dict[str, int], loc: Loc
) -> None:
    if jump.to is None or jump.to == END:
        return
    target = numbers.get(jump.to)
    if target is None:
        later = [name for name, place in numbers.items() if place > number]
        hint = near(jump.to, later, "Name a later step, or `end`.")
        sheet.at_value("F022", loc, f"There is no step `{jump.to[:60]}`.", hint)
    elif target <= number:
        back = "this very step" if target == number else "an earlier step"
        message = f"`{jump.to}` is {back}; a jump leads forward only, so that a check-in ends."
        hint = "To ask again, use a block with `again_while` and `most`."
        sheet.at_value("F072", loc, message, hint)


def _check_blocks(
    sheet: Sheet, step: StepShape, jump: GoShape, blocks: dict[str, BlockShape], loc: Loc
) -> None:
    """A block is entered at its first step, and left at its end or for the end of the flow."""
    own = blocks.get(step.id or "")
    target = blocks.get(jump.to or "")
    if own is not None and (own.order is not None or own.draw is not None):
        message = "This step stands in a block whose order or choice is drawn; it cannot jump."
        sheet.at_value("F072", loc, message, "Move the jump to a step after the block.")
    elif own is not None and own is not target and jump.to != END:
        message = f"This jump would leave the block `{own.id}` in the middle."
        sheet.at_value("F072", loc, message, "Jump inside the block, or to `end`.")
    elif target is not None and own is not target and jump.to != (target.steps or [""])[0]:
        message = f"`{jump.to}` stands in the middle of the block `{target.id}`."
        hint = f"Jump to its first step, `{(target.steps or [''])[0]}`."
        sheet.at_value("F072", loc, message, hint)


def _check_reached(sheet: Sheet, steps: list[StepShape], numbers: dict[str, int]) -> None:
    reached = {0}
    for number, step in enumerate(steps):
        if number not in reached:
            message = "No way leads to this step: every way jumps past it."
            hint = "Give the jump before it a condition, or remove the step."
            sheet.at_value("F073", ("step", number, "id"), message, hint)
            continue
        reached |= {numbers[jump.to] for jump in step.go or [] if jump.to in numbers}
        if whereabouts.goes_on(step):
            reached.add(number + 1)
