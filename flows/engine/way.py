"""The way through a flow: which steps a client meets, given what was answered so far.

Used by every turn. The way is never stored; it follows from the flow and the kept answers, so that
a changed answer changes it and the same answers always lead along the same steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.engine.check_in import Answer, CheckIn, Value
from flows.script.conditions import holds
from flows.script.flow import Flow, MessageStep, Step

MAX_STEPS = 200
"""How many steps one turn visits at most."""


class FlowTooLongError(ValueError):
    """The flow has more steps than one turn may visit; nothing was started."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(f"flow {flow.id} has {len(flow.steps)} steps, at most {MAX_STEPS} can be")


@dataclass(frozen=True, slots=True)
class Way:
    """The steps on the way, in order, and the answers on it by step id (None: declined)."""

    steps: tuple[Step, ...]
    values: Mapping[str, Value | None]

    def __repr__(self) -> str:
        return f"Way({len(self.steps)} steps, {len(self.values)} answers)"

    def step(self, step_id: str | None) -> Step:
        """The step of that id. KeyError: it is not on the way."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def open_step(self) -> Step | None:
        """The first question that has no answer; None where the way is complete."""
        for step in self.steps:
            if step.id not in self.values and not isinstance(step, MessageStep):
                return step
        return None

    def question_before(self, step: Step) -> Step | None:
        """The question that comes before ``step``; None at the first."""
        before = None
        for passed in self.steps:
            if passed.id == step.id:
                break
            if not isinstance(passed, MessageStep):
                before = passed
        return before

    def messages_until(self, step: Step | None) -> list[MessageStep]:
        """The messages that come before ``step``, or all of them."""
        messages = []
        for passed in self.steps:
            if step is not None and passed.id == step.id:
                break
            if isinstance(passed, MessageStep):
                messages.append(passed)
        return messages


def way_of(flow: Flow, answers: tuple[Answer, ...]) -> Way:
    """The way on which these answers lead, beyond questions not yet answered.

    A condition sees the kept answers of earlier steps on the way only: what was answered on a way
    since left does not count.
    """
    kept = {answer.step_id: answer.value for answer in answers}
    steps: list[Step] = []
    values: dict[str, Value | None] = {}
    for step in flow.steps:
        if step.condition is not None and not holds(step.condition, values):
            continue
        steps.append(step)
        if step.id in kept:
            values[step.id] = kept[step.id]
    return Way(tuple(steps), values)


def with_answer(flow: Flow, check_in: CheckIn, answer: Answer) -> tuple[Answer, ...]:
    """The kept answers with this one added or put in place of an earlier one, in flow order."""
    kept = {a.step_id: a for a in check_in.answers} | {answer.step_id: answer}
    return tuple(kept[step.id] for step in flow.steps if step.id in kept)


def marked(way: Way, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The kept answers, each with its final ``off_path`` mark."""
    return tuple(replace(a, off_path=a.step_id not in way.values) for a in answers)
