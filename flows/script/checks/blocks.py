"""Blocks: that each is a run of steps of its own, walked in one manner that fits its steps."""

from __future__ import annotations

from collections.abc import Iterator

from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.kinds.registry import kind_named
from flows.languages import languages
from flows.script.checks import whereabouts
from flows.script.conditions import names_in
from flows.script.placeholders import Slot, pieces
from flows.script.schema import BlockShape, StepShape
from flows.script.sheet import Sheet
from flows.script.structure import OWN_GOALS, OWN_TOPICS

MOST_ROUNDS = 20
MANNERS = ("repeat", "again_while", "order", "draw")


def check(sheet: Sheet) -> None:
    """Reports every block that is no run of steps, or whose manner does not fit it."""
    numbers = whereabouts.numbers_by_id(sheet.flow)
    steps = {step.id: step for step in sheet.flow.step or [] if step.id is not None}
    counted = {name for score in sheet.flow.score or [] for name in score.of or []}
    for number, step in enumerate(sheet.flow.step or []):
        if step.wording is not None and (step.measures is not None or step.id in counted):
            _drawn_measure(sheet, step, ("step", number, "wording"))
    taken: dict[str, str] = {}
    for number, block in enumerate(sheet.flow.block or []):
        loc: Loc = ("block", number)
        inside = _check_run(sheet, block, numbers, taken, loc)
        _check_manner(sheet, block, inside, numbers, loc)
        members = [steps[name] for name in inside]
        if block.draw is not None:
            _check_draw(sheet, block, members, counted, loc)
        if block.draw is not None or block.order is not None:
            _check_apart(sheet, members, loc)


def _drawn_measure(sheet: Sheet, step: StepShape, loc: Loc) -> None:
    message = f"`{step.id}` measures something, so it is always asked in the same words."
    hint = "Remove `measures` and leave it out of scores, or do not draw."
    sheet.at_key("F079", loc, message, hint)


def _check_run(
    sheet: Sheet, block: BlockShape, numbers: dict[str, int], taken: dict[str, str], loc: Loc
) -> list[str]:
    """Reports what is wrong with the block's steps and returns those that there are."""
    blocks = {other.id for other in sheet.flow.block or []}
    inside: list[str] = []
    if block.steps == []:
        hint = 'Write such as steps = ["one", "two"].'
        sheet.at_value("F082", (*loc, "steps"), "This block has no steps.", hint)
    for place, name in enumerate(block.steps or []):
        here = (*loc, "steps", place)
        if name not in numbers and name in blocks:
            hint = "Name steps only."
            sheet.at_value("F075", here, f"`{name}` is a block; blocks do not nest.", hint)
        elif name not in numbers:
            message = f"There is no step `{name[:60]}`."
            sheet.at_value("F022", here, message, near(name, numbers, "Name steps by their id."))
        elif name in taken:
            message = f"`{name}` already stands in the block `{taken[name]}`."
            sheet.at_value("F075", here, message, "Let each step stand in one block only.")
        else:
            if inside and numbers[name] != numbers[inside[-1]] + 1:
                message = f"`{name}` does not come right after `{inside[-1]}`."
                hint = "Name the steps in the order of the file, without a gap."
                sheet.at_value("F075", here, message, hint)
            taken[name] = block.id or ""
            inside.append(name)
    return inside


def _check_manner(
    sheet: Sheet, block: BlockShape, inside: list[str], numbers: dict[str, int], loc: Loc
) -> None:
    given = [key for key in MANNERS if getattr(block, key) is not None]
    faulty = any((*loc, key) in sheet.faulty for key in MANNERS)
    if len(given) != 1 and not (faulty and not given):
        message = f"A block has one of {listed(MANNERS)}; here it has {len(given)} of them."
        sheet.at_value("F075", (*loc, "id"), message, "Keep or add exactly one.")
        return
    if block.order is not None and block.order != "random":
        message = f"`{block.order[:60]}` is no order."
        sheet.at_value("F075", (*loc, "order"), message, 'Write order = "random", or leave it out.')
    if block.repeat is not None:
        _check_repeat(sheet, block.repeat, inside, numbers, (*loc, "repeat"))
    _check_rounds(sheet, block, loc)


def _check_repeat(
    sheet: Sheet, over: str, inside: list[str], numbers: dict[str, int], loc: Loc
) -> None:
    if over in (OWN_GOALS, OWN_TOPICS):
        return
    steps = sheet.flow.step or []
    several = [step.id for step in steps if _is_ticked(step) and step.id is not None]
    known = [*several, OWN_GOALS, OWN_TOPICS]
    if over not in numbers:
        message = f"There is no step `{over[:60]}`."
        hint = near(over, known, f"A block may repeat over {listed(known)}.")
        sheet.at_value("F022", loc, message, hint)
    elif over not in several:
        message = f"`{over}` does not ask for several options."
        hint = f"A block may repeat over {listed(known)}."
        sheet.at_value("F076", loc, message, hint)
    elif inside and numbers[over] >= numbers[inside[0]]:
        message = f"The step `{over}` does not come before the block."
        sheet.at_value("F024", loc, message, "Move the block after it.")


def _is_ticked(step: StepShape) -> bool:
    kind = kind_named(step.kind)
    return kind is not None and kind.is_ticked


def _check_rounds(sheet: Sheet, block: BlockShape, loc: Loc) -> None:
    if block.again_while is None:
        if block.most is not None and (*loc, "again_while") not in sheet.faulty:
            message = "`most` has no effect without `again_while`."
            sheet.at_key("F016", (*loc, "most"), message, "Remove it, or add `again_while`.")
        return
    if block.most is None:
        sheet.missing(loc, "most", f"how often at most: `most = 3`, up to {MOST_ROUNDS}.")
    elif not 1 <= block.most <= MOST_ROUNDS:
        message = "A block cannot be asked that often."
        hint = f"Choose `most` between 1 and {MOST_ROUNDS}; people tire long before."
        sheet.at_value("F077", (*loc, "most"), message, hint)


def _check_draw(
    sheet: Sheet, block: BlockShape, members: list[StepShape], counted: set[str], loc: Loc
) -> None:
    if block.draw is not None and not 1 <= block.draw <= max(len(block.steps or []) - 1, 1):
        message = "`draw` says how many of the steps are asked."
        hint = "Write a whole number from 1 to one less than there are steps."
        sheet.at_value("F070", (*loc, "draw"), message, hint)
    for place, step in enumerate(members):
        if step.measures is not None or step.id in counted:
            _drawn_measure(sheet, step, (*loc, "steps", place))


def _check_apart(sheet: Sheet, members: list[StepShape], loc: Loc) -> None:
    """Report each step of a drawn order that names another one of the block."""
    behind = {step.id: step for step in members}
    for place, step in enumerate(members):
        named = sorted((set(_named(sheet, step)) & set(behind)) - {step.id}, key=str)
        if named:
            message = f"`{step.id}` names `{named[0]}`, which may come after it or not at all."
            hint = "Take one of them out of the block."
            sheet.at_value("F078", (*loc, "steps", place), message, hint)


def _named(sheet: Sheet, step: StepShape) -> Iterator[str]:
    """Every name that a step mentions, with what stands behind values and scores."""
    direct: set[str] = set(step.only_if or {})
    for asked in whereabouts.conditions_of(step, 0):
        direct |= names_in(asked.when or "")
    for text in whereabouts.texts_of(step, 0):
        for one in languages():
            found = pieces(text.words.text(one) or "")
            direct |= {piece.name for piece in found if isinstance(piece, Slot)}
    for score in sheet.flow.score or []:
        if score.id in direct:
            direct |= set(score.of or [])
    yield from direct
    for value in sheet.flow.value or []:
        if value.id in direct:
            yield from whereabouts.behind_value(value)
