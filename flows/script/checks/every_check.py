"""All checks of a flow's meaning, in the order in which their problems are looked for.

Apart from the package, so that whoever wants one of its modules does not import them all: some of
them need what builds a flow, which needs one of them.
"""

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
