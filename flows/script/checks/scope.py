"""The names that may stand at some point of a flow, and their meaning there.

Used by the checks of conditions, texts and blocks. It reports nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.authoring.near_names import listed, near
from flows.kinds.kind import Sort
from flows.kinds.registry import is_only_said, kind_named
from flows.script.checks import whereabouts
from flows.script.conditions import EACH, PAST, examine, past_of
from flows.script.schema import ComputedShape, FlowShape, StepShape
from flows.script.sheet import Sheet


class Scope:
    """The steps before the one in hand, and what may be said of their answers.

    ``add`` moves it forward. Values and scores are known as soon as all steps behind them are.
    """

    def __init__(self, sheet: Sheet) -> None:
        flow = sheet.flow
        self._all = {step.id: step for step in flow.step or [] if step.id is not None}
        self._blocks = whereabouts.blocks_by_step(flow)
        self._numbers = whereabouts.numbers_by_id(flow)
        self._behind = _behind(flow)
        self._given: dict[str, Sort] = {}
        self._skipped_until = -1
        self._missing = _from_the_past(flow)
        self.flow = flow
        self.each = False
        self.over: StepShape | None = None
        self.steps: dict[str, StepShape] = {}

    def enter(self, step: StepShape) -> None:
        """Says which step is in hand."""
        block = self._blocks.get(step.id or "")
        self.each = block is not None and block.repeat is not None
        self.over = self.steps.get(block.repeat or "") if block is not None else None

    def add(self, step: StepShape, number: int) -> None:
        """Makes a step known to those that follow it."""
        if step.id is not None and not is_only_said(step.kind):
            self.steps.setdefault(step.id, step)
            if self._may_lack(step, number):
                self._missing.add(step.id)
        for jump in step.go or []:
            target = self._numbers.get(jump.to or "", -1)
            self._skipped_until = max(self._skipped_until, target - 1)

    def _may_lack(self, step: StepShape, number: int) -> bool:
        block = self._blocks.get(step.id or "")
        drawn = block is not None and (block.repeat is not None or block.draw is not None)
        conditional = step.only_if is not None or step.when is not None
        unsaid = bool(step.optional or step.rather_not_say)
        return drawn or conditional or unsaid or number <= self._skipped_until

    def names(self) -> list[str]:
        """Everything that an expression may name here, but earlier check-ins."""
        known = [name for name, steps in self._behind.items() if steps <= self.steps.keys()]
        return [*self.steps, *known, *([EACH] if self.each else [])]

    def fault(self, name: str, own: str | None) -> tuple[str, str, str] | None:
        """Code, message and hint where ``name`` stands for nothing here."""
        if name in self.steps or (name == EACH and self.each):
            return None
        known = self.names()
        others = f"Known here: {listed(known)}." if known else "No earlier step asks anything."
        if name in self._behind:
            return self._fault_behind(name)
        if name == own:
            return "F024", f"`{name}` is this very step; it has no answer yet.", others
        if name in self._all and is_only_said(self._all[name].kind):
            return "F026", f"`{name}` is a message and has no answer.", others
        if name in self._all:
            hint = "Move it before this one, or name an earlier step."
            return "F024", f"The step `{name}` comes later.", hint
        if name == EACH:
            hint = "Use it in the steps of a block with `repeat`."
            return "F022", "`each` is only known inside a block that repeats.", hint
        if name.partition(".")[0] == PAST:
            hint = (
                "Write past, what was measured, and last, first or mean2 to mean12: past.week.last."
            )
            return "F022", f"`{name[:60]}` names no earlier answer.", hint
        return "F022", f"There is no step `{name[:60]}`.", self._mend(name, known, others)

    def _mend(self, name: str, known: list[str], others: str) -> str:
        """Say what an author meant by a name that stands for nothing: an answer or another name."""
        offered = (getattr(step, "options", None) or [] for step in self.steps.values())
        if any(option.id == name for options in offered for option in options):
            return f"Answers stand in quotes: '{name}'."
        if name in ("yes", "no"):
            return (
                f"Whether it was yes is asked so: step == {'true' if name == 'yes' else 'false'}."
            )
        return near(name, known, others)

    def _fault_behind(self, name: str) -> tuple[str, str, str] | None:
        later = [step for step in self._all if step in self._behind[name] - self.steps.keys()]
        if not later:
            return None
        message = f"`{name}` needs the step `{later[0]}`, which is not answered yet here."
        return "F024", message, "Use it after that step."

    def may_be_missing(self, name: str) -> bool:
        """True if a check-in can come here without an answer or a value of that name."""
        if name.startswith(f"{PAST}."):
            return True
        return bool(({name} | self._behind.get(name, frozenset())) & self._missing)

    def sorts(self) -> dict[str, Sort]:
        """Return what each name is to an expression."""
        sorts = {name: sort_of(step) for name, step in self.steps.items()}
        found: dict[str, Sort] = {name: sort for name, sort in sorts.items() if sort is not None}
        for score in self.flow.score or []:
            if score.id is not None and self._behind[score.id] <= self.steps.keys():
                found[score.id] = "number"
        for value in self.flow.value or []:
            if value.id is not None and self._behind[value.id] <= self.steps.keys():
                found.setdefault(value.id, self._sort_of_value(value, found))
        return found | ({EACH: "string"} if self.each else {})

    def _sort_of_value(self, value: ComputedShape, sorts: Mapping[str, Sort]) -> Sort:
        if value.is_time_between:
            return "number"
        name = value.id or ""
        if name not in self._given:
            self._given[name] = examine((value.is_ or "")[:500], sorts).gives
        return self._given[name]


def sort_of(step: StepShape) -> Sort | None:
    """Return what the answer to a step is to an expression; None where it is nothing."""
    kind = kind_named(step.kind)
    return None if kind is None else kind.sort(step)


def _from_the_past(flow: FlowShape) -> set[str]:
    """The values that need an earlier check-in, which a new client does not have."""
    found: set[str] = set()
    for value in flow.value or []:
        names = whereabouts.behind_value(value)
        if value.id is not None and any(past_of(name) or name in found for name in names):
            found.add(value.id)
    return found


def _behind(flow: FlowShape) -> dict[str, frozenset[str]]:
    """The steps from which each score and value is worked out, by its id.

    A value sees those above it only, so one pass finds them all.
    """
    steps = {step.id for step in flow.step or [] if step.id is not None}
    times = whereabouts.times_between(flow)
    found: dict[str, frozenset[str]] = {}
    for score in flow.score or []:
        if score.id is not None:
            items = set(score.of or [])
            for name in items & times.keys():
                items |= whereabouts.behind_value(times[name])
            found[score.id] = frozenset(steps & items)
    for value in flow.value or []:
        if value.id is None:
            continue
        behind: set[str] = set()
        for name in whereabouts.behind_value(value):
            behind |= found.get(name, frozenset({name} if name in steps else ()))
        found.setdefault(value.id, frozenset(behind))
    return found
