"""The shape of a flow file: which keys there are and what sort of value each holds.

Used by ``shape`` to check a file; the meaning is checked afterwards. Every key may be absent here,
so that one missing key does not hide the other mistakes; ``needed`` says which ones must be there.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """What all tables of a flow file share: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
    needed: ClassVar[tuple[str, ...]] = ()


class WordsShape(Shape):
    """One text by language."""

    en: str | None = None
    de: str | None = None
    de_du: str | None = None
    neutral: bool | None = None


class OptionShape(WordsShape):
    """One answer of a choice: its id and its label by language."""

    needed = ("id",)
    id: str | None = None


class ExpiresShape(Shape):
    """When an open check-in lapses."""

    unstarted: str | None = None
    idle: str | None = None


class ScheduleShape(Shape):
    """When a check-in comes."""

    needed = ("trigger",)
    trigger: str | None = None
    days: list[str] | None = None
    at: str | None = None
    after: str | None = None
    on_request: bool | None = None
    remind: list[str] | None = None
    expires: ExpiresShape | None = None
    window: str | None = None


class StepShape(Shape):
    """One step, of whatever kind; ``KEYS_OF_KIND`` says which keys a kind has."""

    needed = ("id", "kind", "ask")
    id: str | None = None
    kind: str | None = None
    ask: WordsShape | None = None
    help: WordsShape | None = None
    optional: bool | None = None
    only_if: dict[str, list[Any]] | None = None
    when: str | None = None
    measures: str | None = None
    options: list[OptionShape] | None = None
    min: float | None = None
    max: float | None = None
    low: WordsShape | None = None
    high: WordsShape | None = None
    whole: bool | None = None
    unit: WordsShape | None = None
    max_length: int | None = None


class FlowShape(Shape):
    """A whole file."""

    needed = ("language", "id", "title", "schedule", "step")
    language: int | None = None
    id: str | None = None
    title: WordsShape | None = None
    default: bool | None = None
    schedule: ScheduleShape | None = None
    step: list[StepShape] | None = None


ANY_KIND = frozenset({"id", "kind", "ask", "only_if", "when"})
ASKING = ANY_KIND | {"help", "optional", "measures"}

KEYS_OF_KIND: dict[str, frozenset[str]] = {
    "message": ANY_KIND,
    "choice": ASKING | {"options"},
    "yes_no": ASKING,
    "scale": ASKING | {"min", "max", "low", "high"},
    "number": ASKING | {"min", "max", "whole", "unit"},
    "text": ASKING | {"max_length"},
}
"""The keys that a step of each kind may have."""

NEEDED_BY_KIND: dict[str, tuple[str, ...]] = {
    "choice": ("options",),
    "scale": ("min", "max", "low", "high"),
}
"""The keys that a kind needs besides id, kind and ask."""

KEYS_OF_TRIGGER: dict[str, tuple[str, ...]] = {
    "weekly": ("days", "at"),
    "therapy_session_end": ("after",),
}
"""The keys that belong to each trigger, all of them needed."""

LATER_KINDS = ("several", "time", "date")
LATER_TRIGGERS = (
    "daily",
    "every",
    "random",
    "before_therapy_session",
    "after_flow",
    "on_request",
)
"""What the language will have one day, but not in this version."""
