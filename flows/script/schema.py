"""The shape of a flow file: which keys there are and what sort of value each holds.

Used by ``shape`` to check a file; the meaning is checked afterwards. Every key may be absent here,
so that one missing key does not hide the other mistakes; ``needed`` says which ones must be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from pydantic import Field, create_model

from flows.authoring import toml_tables
from flows.authoring.toml_tables import GoShape, ReflectShape, Shape, WordsShape
from flows.kinds.keys import own_keys
from flows.kinds.registry import BY_NAME, KINDS
from flows.triggers.registry import KEYS


class ExpiresShape(Shape):
    """The time after which an open check-in lapses."""

    unstarted: str | None = None
    started: str | None = None
    idle: str | None = None


class AnySchedule(Shape):
    """The times of a check-in: the keys that go with every trigger."""

    needed = ("trigger",)
    trigger: str | None = None
    on_request: bool | None = None
    starts: str | None = None
    ends: str | None = None
    remind: list[str] | None = None
    expires: ExpiresShape | None = None
    window: str | None = None

    def of_trigger(self) -> dict[str, Any]:
        """Return what stands under the keys that the triggers bring, as far as it could be read."""
        found = {key: getattr(self, key) for key in KEYS}
        return {key: value for key, value in found.items() if value is not None}


if TYPE_CHECKING:
    ScheduleShape = AnySchedule
else:
    ScheduleShape = create_model(
        "ScheduleShape",
        __base__=AnySchedule,
        __doc__="The times when a check-in comes.",
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
    reflect: list[ReflectShape] | None = None
    go: list[GoShape] | None = None


KEY_OF_KINDS: dict[str, tuple[Any, str]] = {
    key: get_args(hint)
    for kind in KINDS
    for key, hint in get_type_hints(
        kind.keys, localns=vars(toml_tables), include_extras=True
    ).items()
    if key in own_keys(kind.keys)
}
"""The keys that belong to some kinds only: the sort of the value, and a sentence for authors."""

if TYPE_CHECKING:
    StepOfAnyKind = StepShape
else:
    StepOfAnyKind = create_model(
        "StepShape",
        __base__=StepShape,
        **{key: (sort, None) for key, (sort, _) in KEY_OF_KINDS.items()},
    )
    StepOfAnyKind.__doc__ = StepShape.__doc__


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

    needed = ("id",)
    id: str | None = None
    is_: str | None = Field(default=None, alias="is")
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None

    @property
    def is_time_between(self) -> bool:
        """True if it says from when to when, and not what it is."""
        return self.from_ is not None or self.to is not None


class BandShape(WordsShape):
    """The meaning of a score from some number on, for the therapist's side."""

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
    risk_at_least: float | None = None
    risk_at_most: float | None = None


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
    step: list[StepOfAnyKind] | None = None
    block: list[BlockShape] | None = None
    value: list[ComputedShape] | None = None
    score: list[ScoreShape] | None = None


def _is_list_of_words(sort: Any) -> bool:
    lists = [get_args(one)[0] for one in get_args(sort) if get_origin(one) is list]
    return any(issubclass(one, WordsShape) for one in lists)


WORDS_OF_KINDS = tuple(
    key for key, (sort, _) in KEY_OF_KINDS.items() if WordsShape in get_args(sort)
)
"""The keys of kinds that hold one short text, such as a unit."""

LISTS_OF_KINDS = tuple(key for key, (sort, _) in KEY_OF_KINDS.items() if _is_list_of_words(sort))
"""The keys of kinds that hold a list of short texts, such as options."""

_ANSWERED = {"help", "optional", "rather_not_say", "measures", "reflect"}

KEYS_OF_KIND: dict[str, frozenset[str]] = {
    name: frozenset(StepShape.model_fields.keys() - (set() if kind.asks else _ANSWERED))
    | frozenset(own_keys(kind.keys))
    for name, kind in BY_NAME.items()
}
"""The keys that a step of each kind may have."""
