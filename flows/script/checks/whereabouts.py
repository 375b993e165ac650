"""The places of everything in a file under examination: its texts, its conditions, its blocks.

Used by every other check, so that a new place for a text or a condition is named once. It reports
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from flows.authoring.report import Loc
from flows.authoring.toml_tables import WordsShape
from flows.script.conditions import names_in
from flows.script.schema import (
    LISTS_OF_KINDS,
    WORDS_OF_KINDS,
    BlockShape,
    ComputedShape,
    FlowShape,
    StepShape,
)

Role = Literal["text", "reply", "label", "band"]
"""``text`` and ``reply`` are said to the client and may mention names; the others may not."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the file, by language, and who says it where."""

    loc: Loc
    words: WordsShape
    role: Role
    step: StepShape | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One place with a condition: of a step, of a reply or of a jump."""

    loc: Loc
    only_if: Any
    when: str | None
    sees_own: bool
    """True where the step's own answer is there already."""


def texts(flow: FlowShape) -> Iterator[Text]:
    """Every text of the file but its title, in the order of the steps, then the bands."""
    for number, step in enumerate(flow.step or []):
        yield from texts_of(step, number)
    for number, score in enumerate(flow.score or []):
        for place, band in enumerate(score.bands or []):
            yield Text(("score", number, "bands", place), band, "band")


def texts_of(step: StepShape, number: int) -> Iterator[Text]:
    """The texts of one step."""
    here: Loc = ("step", number)
    for key in ("ask", "help"):
        if getattr(step, key) is not None:
            yield Text((*here, key), getattr(step, key), "text", step)
    for place, words in enumerate(step.wording or []):
        yield Text((*here, "wording", place), words, "text", step)
    for place, reply in enumerate(step.reflect or []):
        yield Text((*here, "reflect", place), reply, "reply", step)
    for key in WORDS_OF_KINDS:
        if getattr(step, key) is not None:
            yield Text((*here, key), getattr(step, key), "label", step)
    for key in LISTS_OF_KINDS:
        for place, words in enumerate(getattr(step, key) or []):
            yield Text((*here, key, place), words, "label", step)


def conditions_of(step: StepShape, number: int) -> Iterator[Asked]:
    """The places of one step that have a condition."""
    here: Loc = ("step", number)
    yield Asked(here, step.only_if, step.when, sees_own=False)
    for key in ("reflect", "go"):
        for place, entry in enumerate(getattr(step, key) or []):
            yield Asked((*here, key, place), entry.only_if, entry.when, sees_own=True)


def blocks_by_step(flow: FlowShape) -> dict[str, BlockShape]:
    """The block that each step belongs to, by step id; the first where there are two."""
    found: dict[str, BlockShape] = {}
    for block in flow.block or []:
        for step_id in block.steps or []:
            found.setdefault(step_id, block)
    return found


def numbers_by_id(flow: FlowShape) -> dict[str, int]:
    """The place of each step in the file, from 0, by its id; the first where there are two."""
    found: dict[str, int] = {}
    for number, step in enumerate(flow.step or []):
        if step.id is not None:
            found.setdefault(step.id, number)
    return found


def goes_on(step: StepShape) -> bool:
    """True if the step after this one in the file can come next."""
    conditional = step.only_if is not None or step.when is not None
    return conditional or all(
        jump.only_if is not None or jump.when is not None for jump in step.go or []
    )


def behind_value(value: ComputedShape) -> frozenset[str]:
    """The names from which a value is worked out, as far as it says them."""
    if value.is_time_between:
        return frozenset(name for name in (value.from_, value.to) if name is not None)
    return names_in(value.is_ or "")


def times_between(flow: FlowShape) -> dict[str, ComputedShape]:
    """The values that are the hours between two times, by id."""
    return {one.id: one for one in flow.value or [] if one.id is not None and one.is_time_between}
