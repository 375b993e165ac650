"""Dead ends: a step that nobody reaches because everyone whom it is for has jumped past it, and a
flow that asks a new client nothing.

Run last, and only over files without an error, as it relies on what the other checks have found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flows.authoring.toml_tables import GoShape
from flows.kinds.registry import is_only_said, kind_named
from flows.kinds.step import END
from flows.script.build_words import Naming
from flows.script.checks import whereabouts
from flows.script.checks.answers import shown
from flows.script.conditions import holds
from flows.script.schema import BlockShape, StepShape
from flows.script.sheet import Sheet

_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Jump:
    """A jump's target, and the answers after which it is taken; None: after any."""

    answers: frozenset[Any] | None
    to: int
    is_sure: bool
    """False where it has a condition of another kind, which may hold or not."""


def check(sheet: Sheet) -> None:
    """Reports each step whose ``only_if`` names only answers that jump past it, and a flow in which
    nothing is asked of a client of whom nothing is known.
    """
    if any(problem.severity == "error" for problem in sheet.problems):
        return
    steps = sheet.flow.step or []
    numbers = whereabouts.numbers_by_id(sheet.flow)
    blocks = whereabouts.blocks_by_step(sheet.flow)
    jumps = {
        step.id: [_jump(go, numbers, len(steps)) for go in step.go or []]
        for step in steps
        if step.id not in blocks and _is_decided(step)
    }
    for number, step in enumerate(steps):
        for name, answers in (step.only_if or {}).items():
            _check_met(sheet, number, name, jumps.get(name, []), answers)
    if not _asks(steps, blocks, Naming(sheet.flow), numbers):
        message = "A client of whom nothing is known yet is asked nothing, only thanked."
        hint = "Let at least one step ask without a condition on earlier check-ins."
        sheet.at_value("F084", ("step", 0), message, hint)


def _is_decided(step: StepShape) -> bool:
    kind = kind_named(step.kind)
    return kind is not None and kind.is_decided


def _jump(go: GoShape, numbers: dict[str, int], end: int) -> _Jump:
    answers = None if go.only_if is None else frozenset(go.only_if)
    return _Jump(answers, end if go.to == END else numbers[go.to or ""], go.when is None)


def _check_met(
    sheet: Sheet, number: int, name: str, jumps: list[_Jump], answers: list[Any]
) -> None:
    if any(_may_meet(jumps, answer, number) for answer in {*answers}):
        return
    said = ", ".join(map(shown, answers[:_MOST_SHOWN]))
    said += ", …" if len(answers) > _MOST_SHOWN else ""
    message = f"No way leads to this step: after {said} to `{name}` the check-in jumps past it."
    hint = "Name other answers here, or let the jump lead to this step."
    sheet.at_value("F073", ("step", number, "only_if", name), message, hint)


def _may_meet(jumps: list[_Jump], answer: Any, number: int) -> bool:
    """True if the check-in can still come to the step of that number after this answer."""
    for jump in jumps:
        if jump.answers is None or answer in jump.answers:
            if jump.to <= number:
                return True
            if jump.is_sure:
                return False
    return True


def _asks(
    steps: list[StepShape],
    blocks: dict[str, BlockShape],
    naming: Naming,
    numbers: dict[str, int],
) -> bool:
    """True if a client without earlier answers, goals or topics is asked anything."""
    number = 0
    while number < len(steps):
        step = steps[number]
        block = blocks.get(step.id or "")
        if (block is not None and block.repeat is not None) or not _comes(step, naming):
            number += 1
        elif not is_only_said(step.kind):
            return True
        else:
            number = next(_targets(step, naming, numbers, len(steps)), number + 1)
    return False


def _comes(step: StepShape, naming: Naming) -> bool:
    condition = naming.asked_if(step)
    return condition is None or holds(condition, {})


def _targets(step: StepShape, naming: Naming, numbers: dict[str, int], end: int) -> Iterator[int]:
    """Return where the jumps of a message lead that hold although nothing is known."""
    for jump in step.go or []:
        condition = naming.counts_if(jump, step)
        if condition is None or holds(condition, {}):
            yield end if jump.to == END else numbers[jump.to or ""]
