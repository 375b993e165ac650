"""Walking along a flow: conditions, jumps, and blocks that repeat, loop, shuffle or draw.

Used by every turn to find the way. A walk only looks forward: what it meets depends on the answers
before, never on those after. It raises on nothing that a client did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, assert_never

from flows.authoring.words import Condition, Words
from flows.engine.check_in import ROUND, CheckIn
from flows.engine.decisions import About, Decision
from flows.engine.draw import block_slot
from flows.engine.scope import Round, Scope
from flows.engine.way import MAX_STEPS, Visit, Way
from flows.kinds.kind import Value
from flows.kinds.registry import asks, kind_of
from flows.kinds.step import END, RATHER_NOT_SAY, Step
from flows.script.flow import Flow
from flows.script.leaning import leans_on
from flows.script.structure import OWN_GOALS, OWN_TOPICS, Block, Draw, Loop, Repeat, Shuffle

MAX_ROUNDS = 20
"""The most rounds of one block that a check-in goes through."""

Steps = tuple[Step, ...]
Guess = Literal["most", "fewest"]
"""A walk's way with what depends on answers that are still to come: as many questions as may be, or
as few.
"""


def way_on(flow: Flow, check_in: CheckIn) -> Way:
    """The way as far as the first question that has no answer, or to the end."""
    return _walked(flow, check_in)


def way_until(flow: Flow, check_in: CheckIn, visit_id: str | None) -> Way:
    """The way as far as that question, whose own answer is not seen yet."""
    return _walked(flow, check_in, until=visit_id)


def whole_way(flow: Flow, check_in: CheckIn) -> Way:
    """The way to the end, as if the questions not yet answered were passed over."""
    return _walked(flow, check_in, beyond=True)


def guessed_way(flow: Flow, check_in: CheckIn, guess: Guess) -> Way:
    """The way to the end with the most, or the fewest, questions that may still come."""
    return _walked(flow, check_in, beyond=True, guess=guess)


def decisions_of(flow: Flow, check_in: CheckIn) -> tuple[Decision, ...]:
    """Every condition on the way to the open question, or to the end, and how it was decided."""
    decisions: list[Decision] = []
    _walked(flow, check_in, until=check_in.at, decisions=decisions)
    return tuple(decisions)


def _walked(
    flow: Flow,
    check_in: CheckIn,
    *,
    until: str | None = None,
    beyond: bool = False,
    guess: Guess | None = None,
    decisions: list[Decision] | None = None,
) -> Way:
    walk = _Walk(
        flow,
        check_in,
        Scope(flow, check_in.names),
        kept={answer.step_id: answer.value for answer in check_in.answers},
        places={step.id: place for place, step in enumerate(flow.steps)},
        until=until,
        beyond=beyond,
        spare=MAX_STEPS - len(flow.steps),
        guess=guess,
        decisions=decisions,
    )
    walk.run()
    return Way(tuple(walk.visits), walk.scope, walk.open_visit, walk.reflection)


@dataclass(slots=True)
class _Walk:
    """One walk under way."""

    flow: Flow
    check_in: CheckIn
    scope: Scope
    kept: dict[str, Value | None]
    places: dict[str, int]
    until: str | None
    beyond: bool
    spare: int
    """The number of visits that all further rounds may still take."""
    guess: Guess | None = None
    unsure: set[str] = field(default_factory=set)
    """With a guess: the steps whose answers are still to come."""
    visits: list[Visit] = field(default_factory=list)
    open_visit: Visit | None = None
    reflection: tuple[Words, Scope] | None = None
    target: int = 0
    """The place to which a jump leads: steps before it are passed over."""
    over: bool = False
    decisions: list[Decision] | None = None
    """Each condition that was looked at, for whoever asks why the way is as it is."""

    def run(self) -> None:
        for block, steps in _stretches(self.flow):
            if self.over:
                return
            if block is None:
                self._along(steps)
            else:
                self._through(block, steps)

    def _through(self, block: Block, steps: Steps) -> None:
        match block.manner:
            case Repeat(over):
                self._rounds(steps, self._repeated(over))
            case Loop():
                self._loop(block.id, steps, block.manner)
            case Shuffle():
                self._along(self._drawn(block, steps, len(steps)))
            case Draw(count):
                self._along(self._drawn(block, steps, count))
            case _:
                assert_never(block.manner)

    def _along(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if self._is_unasked(step):
                continue
            if self.places[step.id] < self.target:
                self.unsure.add(step.id)
                continue
            if self._is_unsure(step.condition):
                self._guess(step)
            elif self._decide("ask", step.id, step.condition):
                self._visit(step)
            if self.over:
                return

    def _guess(self, step: Step) -> None:
        """Take a step of which it is not known whether it comes: as one that is asked and leads
        nowhere with the most questions, as one that is not asked and leads on with the fewest.
        """
        if self.guess == "most":
            self._meet(step)
        else:
            self.unsure.add(step.id)
            self._jump(step)

    def _is_unasked(self, step: Step) -> bool:
        """True where what the step measures is not to be asked for now."""
        unasked = self.check_in.names.unasked
        return step.measures is not None and step.measures.startswith(unasked)

    def _visit(self, step: Step) -> None:
        self._meet(step)
        if not self.over:
            self._jump(step)

    def _meet(self, step: Step) -> None:
        round_ = self.scope.round
        visit_id = f"{step.id}{ROUND}{round_.key}" if round_ else step.id
        if not asks(step):
            self.visits.append(Visit(visit_id, step, self.scope.copy()))
        elif not self._question(Visit(visit_id, step)):
            self.over = True

    def _question(self, visit: Visit) -> bool:
        """Meets a question; False where the walk ends at it."""
        self.visits.append(visit)
        if visit.id == self.until:
            return False
        if visit.id in self.kept:
            self.scope.take(visit.step, self.kept[visit.id])
            self.unsure.discard(visit.step.id)
            if visit.id == self.check_in.reflecting:
                self._reflect(visit.step)
            return True
        self.open_visit = self.open_visit or visit
        self.unsure.add(visit.step.id)
        return self.beyond

    def _is_unsure(self, condition: Condition | None) -> bool:
        """True where a guess is made and the condition leans on an answer that is still to come."""
        if self.guess is None or condition is None:
            return False
        return leans_on(self.flow, condition.names, self.unsure)

    def _decide(
        self, about: About, of: str, condition: Condition | None, *, leads_to: str | None = None
    ) -> bool:
        """Say whether a condition holds that can be known, and keep what it looked at."""
        held = condition is None or self.scope.holds(condition)
        if self.decisions is not None and condition is not None:
            seen = tuple(self.scope.operands(condition).items())
            self.decisions.append(Decision(about, of, condition, held, seen, leads_to))
        return held

    def _reflect(self, step: Step) -> None:
        """The first reflection that fits; without a condition it wants a real answer."""
        answered = self.scope.values[step.id] is not None
        for reflection in step.reflections:
            condition = reflection.condition
            if answered if condition is None else self._decide("reply", step.id, condition):
                self.reflection = (reflection.say, self.scope.copy())
                return

    def _jump(self, step: Step) -> None:
        targets = [self._place(to) for to in self._may_lead(step)]
        if not targets:
            return
        target = min(targets) if self.guess == "most" else max(targets)
        self.over = target == self._place(END)
        self.target = 0 if self.over else target

    def _may_lead(self, step: Step) -> Iterator[str | None]:
        """The places to which the jumps of a step may lead: one, unless that is still open. None:
        it goes on as usual.
        """
        undecided = False
        for jump in step.jumps:
            if self._is_unsure(jump.condition):
                undecided = True
                yield jump.to
            elif self._decide("jump", step.id, jump.condition, leads_to=jump.to):
                yield jump.to
                return
        if undecided:
            yield None

    def _place(self, to: str | None) -> int:
        if to is None:
            return 0
        return len(self.places) if to == END else self.places.get(to, 0)

    def _rounds(self, steps: Steps, rounds: Iterable[Round]) -> None:
        for number, round_ in enumerate(rounds):
            if number and not self._has_room(steps):
                break
            self.scope.begin(round_, steps)
            self._along(steps)
            if self.over:
                return
            if self.target > self.places[steps[-1].id]:
                break
            self.target = 0
        self.scope.round = None

    def _loop(self, block_id: str, steps: Steps, loop: Loop) -> None:
        def numbered() -> Iterator[Round]:
            yield Round("1")
            for number in range(2, min(loop.most, MAX_ROUNDS) + 1):
                if not self._comes_again(block_id, loop.again_while):
                    return
                yield Round(str(number))

        self._rounds(steps, numbered())

    def _comes_again(self, block_id: str, condition: Condition) -> bool:
        if self._is_unsure(condition):
            return self.guess == "most"
        return self._decide("again", block_id, condition)

    def _has_room(self, steps: Steps) -> bool:
        self.spare -= len(steps)
        return self.spare >= 0

    def _repeated(self, over: str) -> list[Round]:
        names = self.check_in.names
        if over == OWN_GOALS:
            rounds = [Round(f"g{n}", goal) for n, goal in enumerate(names.goals, start=1)]
        elif over == OWN_TOPICS:
            rounds = [Round(f"t{n}", topic) for n, topic in enumerate(names.topics, start=1)]
        else:
            rounds = self._picked(over)
        return rounds[:MAX_ROUNDS]

    def _picked(self, over: str) -> list[Round]:
        step, picked = self.flow.step(over), self.scope.values.get(over)
        options = kind_of(step).options(step)
        if self.guess == "most" and over in self.unsure:
            return [Round(one.id, one.label) for one in options if one.id != RATHER_NOT_SAY]
        if picked is None:
            return []
        ticked = (options[place] for place in kind_of(step).ticks_of(step, picked))
        return [Round(one.id, one.label) for one in ticked if one.id != RATHER_NOT_SAY]

    def _drawn(self, block: Block, steps: Steps, count: int) -> Steps:
        """The steps in the order that the state keeps."""
        slot = block_slot(block.id)
        places = dict(self.check_in.drawn).get(slot, tuple(range(count)))
        return tuple(steps[place] for place in places)


def _stretches(flow: Flow) -> Iterator[tuple[Block | None, Steps]]:
    """The steps of the flow, in a row, cut at the borders of its blocks."""
    block_of = {step_id: block for block in flow.blocks for step_id in block.steps}
    for block, steps in groupby(flow.steps, key=lambda step: block_of.get(step.id)):
        yield block, tuple(steps)
