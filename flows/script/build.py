"""A checked sheet -> the ``Flow`` that it means. Used by ``parse`` once no error was found."""

from __future__ import annotations

from flows.authoring.values import given, label
from flows.script import build_steps, build_structure
from flows.script.build_schedule import schedule_of
from flows.script.build_words import spoken_in
from flows.script.flow import Flow
from flows.script.schema import FlowShape


def build(shape: FlowShape, fingerprint: str) -> Flow:
    """The flow of a shape without errors."""
    title = label(given(shape.title))
    return Flow(
        id=given(shape.id),
        fingerprint=fingerprint,
        title=title,
        schedule=schedule_of(given(shape.schedule)),
        steps=build_steps.steps_of(shape),
        languages=spoken_in(title),
        default=bool(shape.default),
        priority=5 if shape.priority is None else shape.priority,
        blocks=build_structure.blocks_of(shape),
        values=build_structure.values_of(shape),
        scores=build_structure.scores_of(shape),
        needs=build_structure.needs_of(shape),
    )
