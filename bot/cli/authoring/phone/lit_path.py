"""The outline of a flow with the path of a check-in lit up: what was met, what may still come.

Used by the author's phone. The lines are those of ``interlude flows show``, the way is the
engine's; it must never walk by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.engine.check_in import ROUND, CheckIn
from flows.engine.walk import guessed_way, way_until
from flows.languages import Language
from flows.script.flow import Flow
from flows.script.outline import step_in_words

State = Literal["done", "now", "ahead", "not_on_path"]


@dataclass(frozen=True, slots=True)
class PathLine:
    """A line of the outline: of which step, how far in it stands, and where that step is."""

    step: str
    text: str
    depth: int
    state: State


def lit_path(flow: Flow, check_in: CheckIn, language: Language) -> tuple[PathLine, ...]:
    """Every line about a step, in the order of the flow. A step that comes in several rounds is
    where its newest round is.
    """
    states = _states(flow, check_in)
    return tuple(
        PathLine(step.id, line.strip(), 0 if place == 0 else 1, states[step.id])
        for number, step in enumerate(flow.steps, 1)
        for place, line in enumerate(step_in_words(flow, step, number, language))
    )


def _states(flow: Flow, check_in: CheckIn) -> dict[str, State]:
    is_open = check_in.status == "open"
    way = way_until(flow, check_in, check_in.at)
    met = {visit.step.id for visit in way.visits if visit is not way.open_visit}
    may_come: set[str] = set()
    if is_open:
        may_come = {visit.step.id for visit in guessed_way(flow, check_in, "most").visits}
    now = (check_in.at or "").partition(ROUND)[0] if is_open else ""
    return {step.id: _state(step.id, now, met, may_come) for step in flow.steps}


def _state(step_id: str, now: str, met: set[str], may_come: set[str]) -> State:
    if step_id == now:
        return "now"
    if step_id in met:
        return "done"
    return "ahead" if step_id in may_come else "not_on_path"
