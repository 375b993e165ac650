"""Draws from a seed: a hash of the seed and a slot, the same on every machine and in every version.

Used when a check-in starts; what was drawn is kept in its state. Nothing here may depend on
Python's ``random``, whose sequences may change.
"""

from __future__ import annotations

import hashlib

from flows.script.flow import Flow
from flows.script.structure import Block, Draw, Shuffle

Drawn = tuple[tuple[str, tuple[int, ...]], ...]


def number(seed: int, slot: str, below: int) -> int:
    """A whole number from 0 to ``below`` - 1, evenly drawn (the bias is under 2^-40)."""
    digest = hashlib.sha256(f"{seed}/{slot}".encode()).digest()
    return int.from_bytes(digest[:16], "big") % below


def order(seed: int, slot: str, count: int) -> tuple[int, ...]:
    """The places 0 to ``count`` - 1 in a drawn order (Fisher-Yates)."""
    places = list(range(count))
    for last in range(count - 1, 0, -1):
        other = number(seed, f"{slot}/{last}", last + 1)
        places[last], places[other] = places[other], places[last]
    return tuple(places)


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
