"""The way through a flow: which steps a client meets, given what was answered so far.

Used by every turn. The way is never stored; it follows from the flow and the kept answers, so that
a changed answer changes it and the same answers always lead along the same steps. ``walk`` makes
it; here it is only looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flows.authoring.words import Words
from flows.engine.check_in import ROUND, Answer, CheckIn
from flows.engine.scope import Scope
from flows.kinds.registry import asks, kind_of
from flows.kinds.step import Step
from flows.kinds.withheld import is_withheld
from flows.script.flow import Flow

MAX_STEPS = 200
"""The most steps that one turn visits."""


class FlowTooLongError(ValueError):
    """The flow has more steps than one turn may visit; nothing was started."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(f"flow {flow.id} has {len(flow.steps)} steps, at most {MAX_STEPS} can be")


@dataclass(frozen=True, slots=True)
class Visit:
    """A step as it is met on the way, in one of its rounds."""

    id: str
    """The step's id, with the key of the round where it is repeated: ``goal_words@g1``."""
    step: Step
    scope: Scope | None = None
    """The answers and names a message may mention where it stands; None for a question."""

    def __repr__(self) -> str:
        return f"Visit({self.id!r})"


@dataclass(frozen=True, slots=True)
class Way:
    """The visits so far, in order, and what can be seen where the walk ended."""

    visits: tuple[Visit, ...]
    scope: Scope
    open_visit: Visit | None
    """The first question that has no answer; None where there is none on this stretch."""
    reflection: tuple[Words, Scope] | None = None
    """The reply to the answer that led here, and what could be seen then."""

    def __repr__(self) -> str:
        return f"Way({len(self.visits)} visits)"

    def visit(self, visit_id: str | None) -> Visit:
        """The visit of that id. KeyError: it is not on the way."""
        for visit in reversed(self.visits):
            if visit.id == visit_id:
                return visit
        raise KeyError(visit_id)

    def question_before(self, visit: Visit) -> Visit | None:
        """The question that comes before this one; None at the first."""
        before = None
        for passed in self.visits:
            if passed.id == visit.id:
                break
            if asks(passed.step):
                before = passed
        return before

    def messages(self) -> list[Visit]:
        """The messages on this stretch."""
        return [visit for visit in self.visits if not asks(visit.step)]

    def messages_right_before(self) -> list[Visit]:
        """The messages between the last question of this stretch and the one before."""
        found: list[Visit] = []
        for visit in reversed(self.visits[:-1]):
            if asks(visit.step):
                break
            found.insert(0, visit)
        return found


def step_at(flow: Flow, visit_id: str) -> Step:
    """The step that is visited there, in whichever round. KeyError: the flow has none."""
    return flow.step(visit_id.partition(ROUND)[0])


def own_words(flow: Flow, answer: Answer | None) -> str | None:
    """Return what the client wrote in their own words; None where that is no such answer."""
    if answer is None or not isinstance(answer.value, str):
        return None
    step = step_at(flow, answer.step_id)
    is_words = kind_of(step).is_free and not is_withheld(step, answer.value)
    return answer.value if is_words else None


def with_answer(flow: Flow, check_in: CheckIn, answer: Answer) -> tuple[Answer, ...]:
    """The kept answers with this one added or put in place of an earlier one, in flow order.

    The rounds of one step stand in the order in which they were first answered.
    """
    kept = {a.step_id: a for a in check_in.answers} | {answer.step_id: answer}
    places = {step.id: place for place, step in enumerate(flow.steps)}
    return tuple(sorted(kept.values(), key=lambda kept_answer: places[kept_answer.of_step]))


def marked(way: Way, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The kept answers, each with its final ``off_path`` mark; ``way`` leads to the end."""
    visited = {visit.id for visit in way.visits}
    return tuple(replace(a, off_path=a.step_id not in visited) for a in answers)
