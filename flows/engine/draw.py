"""What a check-in draws from its seed: other wordings, orders and picks of blocks.

Used when a check-in starts; what was drawn is kept in its state. It must never draw a second time.
"""

from __future__ import annotations

from flows.schedule.draw import number, order
from flows.script.flow import Flow
from flows.script.structure import Block, Draw, Shuffle

Drawn = tuple[tuple[str, tuple[int, ...]], ...]


def drawn_for(flow: Flow, seed: int) -> Drawn:
    """Everything that a check-in of this flow draws: wordings by step, orders and picks by block.

    A step's wording is 0 for its ``ask``, else it counts its other wordings from 1.
    """
    wordings = [
        (wording_slot(step.id), (number(seed, wording_slot(step.id), 1 + len(step.wordings)),))
        for step in flow.steps
        if step.wordings
    ]
    blocks = [
        (block_slot(block.id), _of_block(block, seed))
        for block in flow.blocks
        if isinstance(block.manner, Draw | Shuffle)
    ]
    return (*wordings, *blocks)


def wording_slot(step_id: str) -> str:
    """Under which name the drawn wording of a step is kept."""
    return f"wording:{step_id}"


def block_slot(block_id: str) -> str:
    """Under which name the drawn order or pick of a block is kept."""
    return f"block:{block_id}"


def _of_block(block: Block, seed: int) -> tuple[int, ...]:
    places = order(seed, block_slot(block.id), len(block.steps))
    if isinstance(block.manner, Draw):
        return tuple(sorted(places[: block.manner.count]))
    return places
