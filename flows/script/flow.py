"""The meaning of an author's file: a ``Flow`` of frozen values.

Made by ``flows.script.parse``; read by the engine, the schedules and the bot. It never holds a
client's data: one value serves every check-in of its version.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.authoring.words import Words
from flows.kinds.step import Step
from flows.languages import Language
from flows.schedule.timing import Schedule
from flows.script.structure import Block, Needs, Score, TimeBetween, Worked


@dataclass(frozen=True, slots=True)
class Flow:
    """A published script: its steps and its schedule."""

    id: str
    fingerprint: str
    """SHA-256 of the text, in hex: the id of this version."""
    title: Words
    schedule: Schedule
    steps: tuple[Step, ...]
    languages: tuple[Language, ...]
    default: bool = False
    """True where a client is enrolled in it on consent."""
    priority: int = 5
    """1 comes first, 9 is thinned first where a week has no room for all."""
    blocks: tuple[Block, ...] = ()
    values: tuple[Worked, ...] = ()
    scores: tuple[Score, ...] = ()
    needs: Needs = field(default_factory=Needs)
    """The facts that its texts, conditions and blocks want to know from outside."""

    def time_between(self, value_id: str) -> TimeBetween | None:
        """The value of that id, where it is the time between two others."""
        found = (one for one in self.values if isinstance(one, TimeBetween) and one.id == value_id)
        return next(found, None)

    def step(self, step_id: str) -> Step:
        """The step of that id. KeyError: the flow has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)
