"""Texts and conditions of a checked file -> values. Used by ``build`` and the modules beside it."""

from __future__ import annotations

from flows.authoring.toml_tables import GoShape, ReflectShape
from flows.authoring.values import given
from flows.authoring.words import Condition, Words
from flows.kinds.registry import is_only_said
from flows.languages import Language, fallbacks, languages
from flows.script.checks.answers import cel_of, cel_of_own
from flows.script.conditions import EACH, names_in, past_of
from flows.script.schema import FlowShape, StepShape


def spoken_in(title: Words) -> tuple[Language, ...]:
    """The languages of a flow with this title, each in all its forms of address."""
    spoken = {language for language, _ in title.by_language}
    return tuple(one for one in languages() if spoken & set(fallbacks(one)))


class Naming:
    """The names that the expressions of a file may hold."""

    def __init__(self, shape: FlowShape) -> None:
        self.steps = {step.id: step for step in shape.step or [] if step.id is not None}
        asking = {name for name, step in self.steps.items() if not is_only_said(step.kind)}
        values = {given(value.id) for value in shape.value or []}
        self._known = asking | values | {given(score.id) for score in shape.score or []} | {EACH}

    def names(self, source: str) -> frozenset[str]:
        """The names in an expression that stand for something."""
        found = names_in(source)
        return frozenset(n for n in found if n in self._known or past_of(n) is not None)

    def asked_if(self, step: StepShape) -> Condition | None:
        """Return the condition for asking a step; None: always."""
        if step.only_if is not None:
            return Condition(cel_of(step.only_if, self.steps), frozenset(step.only_if))
        return self._when(step.when)

    def counts_if(self, entry: ReflectShape | GoShape, step: StepShape) -> Condition | None:
        """Return the condition on which a reply or a jump of ``step`` counts; None: always."""
        if entry.only_if is not None:
            return Condition(cel_of_own(step, entry.only_if), frozenset({given(step.id)}))
        return self._when(entry.when)

    def _when(self, source: str | None) -> Condition | None:
        return None if source is None else Condition(source, self.names(source))
