"""The steps and branches of a flow that some stories went through, and those that nobody has tried.

Used by ``interlude flows test``. A branch is: an answer that can be chosen, a step with a condition
that was asked, the same step left out, a jump that was taken. It is read from what stories did; it
never evaluates a condition itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flows.engine.check_in import CheckIn
from flows.engine.events import AnswerAccepted, CheckInFinished, Event, PromptAsked
from flows.engine.story import Played, StoryResult
from flows.kinds.registry import kind_of
from flows.kinds.step import END, Step
from flows.script.flow import Flow


@dataclass(slots=True)
class Coverage:
    """The steps and branches that the stories of one flow have reached so far."""

    flow: Flow
    stories: int = 0
    steps: set[str] = field(default_factory=set)
    branches: set[str] = field(default_factory=set)

    def add(self, result: StoryResult) -> None:
        """Count in what one story reached, whether or not it went as expected."""
        self.stories += 1
        for played in result.played:
            self._add_turn(played)

    def missed_steps(self) -> list[str]:
        """Steps that no story came to, in the order of the flow."""
        return [step.id for step in self.flow.steps if step.id not in self.steps]

    def missed_branches(self) -> list[str]:
        """Branches that no story took, in the order of the flow."""
        return [one for one in branches_of(self.flow) if one not in self.branches]

    def _add_turn(self, played: Played) -> None:
        check_in = played.check_in
        self.steps.update(map(_plain, check_in.said))
        self.steps.update(_asked(played.events))
        for event in played.events:
            if isinstance(event, AnswerAccepted):
                self.branches.update(_picked(event))
        self.branches.update(_jumps(self.flow, played.events))
        self.branches.update(self._conditions(check_in))

    def _conditions(self, check_in: CheckIn) -> Iterator[str]:
        ids = [step.id for step in self.flow.steps]
        at = _plain(check_in.at) if check_in.at is not None else None
        passed = ids.index(at) if at is not None else len(ids)
        if at is None and check_in.status != "finished":
            return
        met = {_plain(answer.step_id) for answer in check_in.answers if not answer.off_path}
        met |= {*map(_plain, check_in.said), *([at] if at else [])}
        for number, step in enumerate(self.flow.steps):
            if step.condition is not None and step.id in met:
                yield f"{step.id}: asked"
            elif step.condition is not None and number < passed:
                yield f"{step.id}: left out"


def branches_of(flow: Flow) -> list[str]:
    """Every branch of a flow by its name, in the order of the flow."""
    return [branch for step in flow.steps for branch in _branches(step)]


def _branches(step: Step) -> Iterator[str]:
    if step.condition is not None:
        yield f"{step.id}: asked"
        yield f"{step.id}: left out"
    yield from (f"{step.id}: {word}" for _, word in kind_of(step).branches(step))
    yield from dict.fromkeys(f"{step.id}: on to {jump.to}" for jump in step.jumps)


def _asked(events: Sequence[Event]) -> set[str]:
    return {_plain(event.prompt.step_id) for event in events if isinstance(event, PromptAsked)}


def _picked(accepted: AnswerAccepted) -> Iterator[str]:
    step, value = accepted.step, accepted.answer.value
    given = value if isinstance(value, tuple) else (value,)
    yield from (f"{step.id}: {word}" for one, word in kind_of(step).branches(step) if one in given)


def _jumps(flow: Flow, events: Sequence[Event]) -> Iterator[str]:
    """The jumps that the events of one turn show: a step answered, and where it went on."""
    answered = [event.step for event in events if isinstance(event, AnswerAccepted)]
    if not answered or not answered[-1].jumps:
        return
    ended = any(isinstance(event, CheckInFinished) for event in events)
    reached = {END} if ended else _asked(events)
    for jump in answered[-1].jumps:
        if jump.to in reached:
            yield f"{answered[-1].id}: on to {jump.to}"


def _plain(instance: str) -> str:
    """The id of the step behind one of its repetitions, such as ``words@g1``."""
    return instance.partition("@")[0]
