"""The steps of a checked file -> values. Used by ``build``."""

from __future__ import annotations

from flows.authoring.values import given, words
from flows.kinds.registry import BY_NAME
from flows.kinds.step import Jump, Reflection, Shared, Step
from flows.script.build_words import Naming
from flows.script.schema import FlowShape, StepShape


def steps_of(shape: FlowShape) -> tuple[Step, ...]:
    """The steps in the order of the file."""
    naming = Naming(shape)
    return tuple(
        BY_NAME[given(step.kind)].build(_shared(step, naming), step) for step in given(shape.step)
    )


def _shared(shape: StepShape, naming: Naming) -> Shared:
    replies = (Reflection(words(r), naming.counts_if(r, shape)) for r in shape.reflect or [])
    jumps = (Jump(given(go.to), naming.counts_if(go, shape)) for go in shape.go or [])
    return Shared(
        id=given(shape.id),
        ask=words(given(shape.ask)),
        help=words(shape.help) if shape.help is not None else None,
        condition=naming.asked_if(shape),
        optional=bool(shape.optional),
        measures=shape.measures,
        rather_not_say=bool(shape.rather_not_say),
        wordings=tuple(words(one) for one in shape.wording or []),
        reflections=tuple(replies),
        jumps=tuple(jumps),
    )
