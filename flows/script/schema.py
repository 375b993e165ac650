"""The shape of a flow file: which keys there are and what sort of value each holds.

Used by ``shape`` to check a file; the meaning is checked afterwards. Every key may be absent here,
so that one missing key does not hide the other mistakes; ``needed`` says which ones must be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from flows.authoring.tables import (
    GoShape,
    LabelShape,
    OptionShape,
    ReflectShape,
    Shape,
    WordsShape,
)
from flows.triggers.registry import KEYS


class ExpiresShape(Shape):
    """When an open check-in lapses."""

    unstarted: str | None = None
    started: str | None = None
    idle: str | None = None


class AnySchedule(Shape):
    """When a check-in comes: the keys that go with every trigger."""

    needed = ("trigger",)
    trigger: str | None = None
    on_request: bool | None = None
    starts: str | None = None
    ends: str | None = None
    remind: list[str] | None = None
    expires: ExpiresShape | None = None
    window: str | None = None

    def of_trigger(self) -> dict[str, Any]:
        """What stands under the keys that the triggers bring, as far as it could be read."""
        found = {key: getattr(self, key) for key in KEYS}
        return {key: value for key, value in found.items() if value is not None}


if TYPE_CHECKING:
    ScheduleShape = AnySchedule
else:
    ScheduleShape = create_model(
        "ScheduleShape",
        __base__=AnySchedule,
        __doc__="When a check-in comes.",
        **{key.name: (key.sort | None, None) for key in KEYS.values()},
    )


class StepShape(Shape):
    """One step, of whatever kind; ``KEYS_OF_KIND`` says which keys a kind has."""

    needed = ("id", "kind", "ask")
    id: str | None = None
    kind: str | None = None
    ask: WordsShape | None = None
    wording: list[WordsShape] | None = None
    help: WordsShape | None = None
    optional: bool | None = None
    rather_not_say: bool | None = None
    only_if: dict[str, list[Any]] | None = None
    when: str | None = None
    measures: str | None = None
    options: list[OptionShape] | None = None
    min: float | None = None
    max: float | None = None
    low: WordsShape | None = None
    high: WordsShape | None = None
    labels: list[LabelShape] | None = None
    whole: bool | None = None
    unit: WordsShape | None = None
    min_length: int | None = None
    max_length: int | None = None
    earliest: str | None = None
    latest: str | None = None
    reflect: list[ReflectShape] | None = None
    go: list[GoShape] | None = None


class BlockShape(Shape):
    """Consecutive steps that are walked in a manner of their own."""

    needed = ("id", "steps")
    id: str | None = None
    steps: list[str] | None = None
    repeat: str | None = None
    again_while: str | None = None
    most: int | None = None
    order: str | None = None
    draw: int | None = None


class ComputedShape(Shape):
    """A value worked out from answers."""

    needed = ("id", "is")
    id: str | None = None
    is_: str | None = Field(default=None, alias="is")


class BandShape(WordsShape):
    """What a score means from some number on, for the therapist's side."""

    needed = ("from",)
    from_: float | None = Field(default=None, alias="from")


class ScoreShape(Shape):
    """A number over several items."""

    needed = ("id", "of")
    id: str | None = None
    of: list[str] | None = None
    method: str | None = None
    reversed: list[str] | None = None
    missing: str | None = None
    most_missing: int | None = None
    measures: str | None = None
    bands: list[BandShape] | None = None


class FlowShape(Shape):
    """A whole file."""

    needed = ("language", "id", "title", "schedule", "step")
    language: int | None = None
    id: str | None = None
    title: WordsShape | None = None
    default: bool | None = None
    priority: int | None = None
    pack: str | None = None
    licence: str | None = None
    schedule: ScheduleShape | None = None
    step: list[StepShape] | None = None
    block: list[BlockShape] | None = None
    value: list[ComputedShape] | None = None
    score: list[ScoreShape] | None = None


ANY_KIND = frozenset({"id", "kind", "ask", "wording", "only_if", "when", "go"})
ASKING = ANY_KIND | {"help", "optional", "rather_not_say", "measures", "reflect"}

KEYS_OF_KIND: dict[str, frozenset[str]] = {
    "message": ANY_KIND,
    "choice": ASKING | {"options"},
    "several": ASKING | {"options", "min", "max"},
    "yes_no": ASKING,
    "scale": ASKING | {"min", "max", "low", "high", "labels"},
    "number": ASKING | {"min", "max", "whole", "unit"},
    "text": ASKING | {"min_length", "max_length"},
    "time": ASKING | {"earliest", "latest"},
    "date": ASKING | {"earliest", "latest"},
}
"""The keys that a step of each kind may have."""

NEEDED_BY_KIND: dict[str, tuple[str, ...]] = {
    "choice": ("options",),
    "several": ("options",),
    "scale": ("min", "max"),
}
"""The keys that a kind needs besides id, kind and ask."""
