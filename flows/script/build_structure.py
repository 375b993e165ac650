"""Blocks, values, scores and needs of a checked file -> values. Used by ``build``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from flows.authoring.values import given, label
from flows.authoring.words import Condition
from flows.languages import languages
from flows.script.build_words import Naming
from flows.script.checks import whereabouts
from flows.script.conditions import names_in, past_of
from flows.script.placeholders import Slot, pieces
from flows.script.schema import BlockShape, ComputedShape, FlowShape, ScoreShape
from flows.script.structure import (
    OWN_GOALS,
    OWN_TOPICS,
    Band,
    Block,
    Computed,
    Draw,
    Loop,
    Manner,
    Needs,
    Repeat,
    Score,
    Shuffle,
    TimeBetween,
    Worked,
)


def blocks_of(shape: FlowShape) -> tuple[Block, ...]:
    """The blocks in the order of the file."""
    naming = Naming(shape)
    return tuple(
        Block(given(one.id), tuple(given(one.steps)), _manner(one, naming))
        for one in shape.block or []
    )


def _manner(block: BlockShape, naming: Naming) -> Manner:
    if block.repeat is not None:
        return Repeat(block.repeat)
    if block.draw is not None:
        return Draw(block.draw)
    if block.order is not None:
        return Shuffle()
    source = given(block.again_while)
    return Loop(Condition(source, naming.names(source)), given(block.most))


def values_of(shape: FlowShape) -> tuple[Worked, ...]:
    """The values in the order of the file, which is the order to work them out in."""
    naming = Naming(shape)
    return tuple(_value(one, naming) for one in shape.value or [])


def _value(shape: ComputedShape, naming: Naming) -> Worked:
    if shape.is_time_between:
        return TimeBetween(given(shape.id), given(shape.from_), given(shape.to))
    source = given(shape.is_)
    return Computed(given(shape.id), source, naming.names(source))


def scores_of(shape: FlowShape) -> tuple[Score, ...]:
    """The scores in the order of the file."""
    return tuple(_score(one) for one in shape.score or [])


_MISSING: dict[str, Literal["none", "mean", "leave_out"]] = {
    "none": "none",
    "mean": "mean",
    "leave_out": "leave_out",
}


def _score(shape: ScoreShape) -> Score:
    return Score(
        id=given(shape.id),
        of=tuple(given(shape.of)),
        method="mean" if shape.method == "mean" else "sum",
        reversed=tuple(shape.reversed or []),
        missing=_MISSING[shape.missing or "none"],
        most_missing=shape.most_missing or 0,
        measures=shape.measures,
        bands=tuple(Band(given(one.from_), label(one)) for one in shape.bands or []),
        risk_at_least=shape.risk_at_least,
        risk_at_most=shape.risk_at_most,
    )


def needs_of(shape: FlowShape) -> Needs:
    """Return what the texts, conditions, values and blocks want to know from outside."""
    named = set(_named(shape))
    pasts = {past_of(name) for name in named}
    over = {block.repeat for block in shape.block or []}
    return Needs(
        past=frozenset(past for past in pasts if past is not None),
        goals=OWN_GOALS in over or OWN_GOALS in named,
        topics=OWN_TOPICS in over or OWN_TOPICS in named,
    )


def _named(shape: FlowShape) -> Iterator[str]:
    """Every name in a condition, a value or a placeholder; some of them stand for nothing."""
    for value in shape.value or []:
        yield from whereabouts.behind_value(value)
    for block in shape.block or []:
        yield from names_in(block.again_while or "")
    for number, step in enumerate(shape.step or []):
        for asked in whereabouts.conditions_of(step, number):
            yield from (name for name in names_in(asked.when or "") if past_of(name))
    for text in whereabouts.texts(shape):
        for language in languages():
            found = pieces(text.words.text(language) or "")
            yield from (piece.name for piece in found if isinstance(piece, Slot))
