"""Knows a question by its visible text, as a person does: which step of which flow it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flows.kinds.registry import asks
from flows.kinds.step import Step
from flows.languages import Language
from flows.script import pieces
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class _Known:
    """A question in one language, as its visible parts."""

    step: Step
    language: Language
    literal: tuple[str, ...]
    """The parts of the question between its placeholders."""

    def stands_in(self, text: str) -> bool:
        place = 0
        for part in self.literal:
            found = text.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return True


class Recogniser:
    """All questions of some flows, in all their languages."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._known = [
            _Known(step, language, _literal(step.ask.say(language)))
            for flow in flows
            for step in flow.steps
            if asks(step)
            for language in flow.languages
        ]

    def step_in(self, text: str, language: Language) -> Step | None:
        """The step that a message asks for in that language; None if it asks for none."""
        found = [k for k in self._known if k.language == language and k.stands_in(text)]
        return max(found, key=lambda k: sum(map(len, k.literal))).step if found else None


def _literal(text: str) -> tuple[str, ...]:
    return tuple(p for p in pieces(text) if isinstance(p, str) and p.strip())
