"""The checks of a flow's meaning: one module a concern, each adding to the sheet of problems."""

from __future__ import annotations

from flows.script.checks import (
    blocks,
    characters,
    conditions,
    dead_ends,
    ids,
    kinds,
    schedule,
    scores,
    size,
    texts,
    ways,
)

ALL = (
    ids.check,
    kinds.check,
    schedule.check,
    texts.check,
    characters.check,
    size.check,
    ways.check,
    blocks.check,
    scores.check,
    conditions.check,
    dead_ends.check,
)
"""Every check of the meaning; each takes the sheet and adds to its problems."""
