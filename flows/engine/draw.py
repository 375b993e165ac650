"""A check-in draws from its seed: other wordings, orders and picks of blocks.

Used when a check-in starts; what was drawn is kept in its state. It must never draw a second time.
"""

from __future__ import annotations

from flows.engine.check_in import CheckIn
from flows.kinds.registry import kind_of
from flows.kinds.step import Step
from flows.schedule.chance import number, order
from flows.script.flow import Flow
from flows.script.structure import Block, Draw, Shuffle

Drawn = tuple[tuple[str, tuple[int, ...]], ...]


def drawn_for(flow: Flow, seed: int) -> Drawn:
    """Everything that a check-in of this flow draws: wordings and orders of options by step,
    orders and picks by block.

    A step's wording is 0 for its ``ask``, else it counts its other wordings from 1.
    """
    wordings = [
        (wording_slot(step.id), (number(seed, wording_slot(step.id), 1 + len(step.wordings)),))
        for step in flow.steps
        if step.wordings
    ]
    orders = [
        (options_slot(step.id), _of_options(step, seed))
        for step in flow.steps
        if kind_of(step).is_shuffled(step)
    ]
    blocks = [
        (block_slot(block.id), _of_block(block, seed))
        for block in flow.blocks
        if isinstance(block.manner, Draw | Shuffle)
    ]
    return (*wordings, *orders, *blocks)


def wording_slot(step_id: str) -> str:
    """Under which name the drawn wording of a step is kept."""
    return f"wording:{step_id}"


def block_slot(block_id: str) -> str:
    """Under which name the drawn order or pick of a block is kept."""
    return f"block:{block_id}"


def options_slot(step_id: str) -> str:
    """Under which name the drawn order of a step's options is kept."""
    return f"options:{step_id}"


def as_drawn(check_in: CheckIn, step: Step) -> Step:
    """The step with its options in the order that the check-in shows."""
    places = dict(check_in.drawn).get(options_slot(step.id))
    if places is None:
        return step
    shown: Step = kind_of(step).reordered(step, places)
    return shown


def _of_options(step: Step, seed: int) -> tuple[int, ...]:
    """The places of the options as they are shown; those that stay last, in the author's order."""
    options = kind_of(step).options(step)
    drawn = order(seed, options_slot(step.id), len(options))
    last = [place for place, option in enumerate(options) if option.last]
    return (*(place for place in drawn if place not in last), *last)


def _of_block(block: Block, seed: int) -> tuple[int, ...]:
    places = order(seed, block_slot(block.id), len(block.steps))
    if isinstance(block.manner, Draw):
        return tuple(sorted(places[: block.manner.count]))
    return places
