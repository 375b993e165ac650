"""A scope holds what one place on the way can see: answers by name, the past, scores, values.

Made by the walk; asked by conditions and by texts. It never sees an answer off the way, and inside
a round only this round's answers to the block's own steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import assert_never

from flows.authoring.words import Condition, Words
from flows.engine.check_in import Names
from flows.engine.scores import hours_between, score_of
from flows.kinds.kind import Value
from flows.kinds.step import Step
from flows.kinds.withheld import has_option, is_withheld
from flows.script.conditions import EACH, evaluate, holds
from flows.script.flow import Flow
from flows.script.structure import Computed, TimeBetween, Worked

_PAST = "past."


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a repeated block: its key, and the label at hand where it has one."""

    key: str
    label: Words | str | None = field(default=None, repr=False)


@dataclass(slots=True)
class Scope:
    """The facts known at one place. ``values`` are the answers by step id, None where declined."""

    flow: Flow
    names: Names = field(repr=False)
    values: dict[str, Value | None] = field(default_factory=dict, repr=False)
    withheld: set[str] = field(default_factory=set)
    round: Round | None = None

    def copy(self) -> Scope:
        """The same view, which later answers do not change."""
        return replace(self, values=dict(self.values), withheld=set(self.withheld))

    def take(self, step: Step, value: Value | None) -> None:
        """From here on the answer to ``step`` is known."""
        away = is_withheld(step, value)
        (self.withheld.add if away else self.withheld.discard)(step.id)
        self.values[step.id] = None if away and not has_option(step) else value

    def begin(self, round_: Round, steps: Iterable[Step]) -> None:
        """A new round begins: what its steps were answered before is out of sight."""
        self.round = round_
        for step in steps:
            self.values.pop(step.id, None)
            self.withheld.discard(step.id)

    def holds(self, condition: Condition) -> bool:
        """True if the condition is true here; false where it lacks an operand."""
        return holds(condition, self.operands(condition), self.withheld)

    def operands(self, condition: Condition) -> dict[str, Value | None]:
        """The answers that the condition can see of those it names: None where declined, absent
        where there is none.
        """
        return self._operands(condition.names, self.flow.values)

    def past(self, name: str) -> Value | None:
        """The earlier answer that ``past.week.last`` means; None where there is none."""
        key = name.removeprefix(_PAST)
        return next((value for known, value in self.names.past if known == key), None)

    def worked_out(self, name: str) -> Value | None:
        """The score or computed value of that id; None where there is none, or none yet."""
        return self._worked_out(name, self.flow.values)

    def _operands(
        self, names: Iterable[str], values: tuple[Worked, ...]
    ) -> dict[str, Value | None]:
        found: dict[str, Value | None] = {}
        for name in names:
            if name in self.values:
                found[name] = self.values[name]
            elif name == EACH:
                found[name] = self.round.key if self.round else None
            elif name.startswith(_PAST):
                found[name] = self.past(name)
            elif (value := self._worked_out(name, values)) is not None:
                found[name] = value
        return found

    def _worked_out(self, name: str, values: tuple[Worked, ...]) -> Value | None:
        """A computed value sees only those above it, so that none can lean on itself."""
        for score in self.flow.scores:
            if score.id == name:
                return score_of(score, self.flow, self.values)
        for place, value in enumerate(values):
            if value.id == name:
                return self._value(value, values[:place])
        return None

    def _value(self, value: Worked, above: tuple[Worked, ...]) -> Value | None:
        match value:
            case Computed():
                operands = self._operands(value.names, above)
                return evaluate(value.source, value.names, operands, self.withheld)
            case TimeBetween():
                return hours_between(value, self.values)
            case _:
                assert_never(value)
