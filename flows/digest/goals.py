"""A client's own goals and how near they find them, and the step agreed on until next time.

Part of a client's section. It holds the client's words and taps as they are: nothing is graded, and
no number is worked out of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.digest.reported import ByLanguage, text_from

MOST_GOALS = 3
"""So many goals are told of one client."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal in the client's words, where they are with it, and where they were before."""

    words: str
    shown: ByLanguage = ()
    """The answer of this time; empty: it is new, and nothing was asked of it yet."""
    before: ByLanguage = ()
    before_at: datetime | None = None

    def __repr__(self) -> str:
        return "Goal(…)"


@dataclass(frozen=True, slots=True)
class AgreedStep:
    """The outcome of the step that the two agreed on, by the client."""

    shown: tuple[ByLanguage, ...] = ()
    """The choices: what has become of it, and whether it was the right one."""
    words: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "AgreedStep(…)"


def of_goals(
    told: Collection[tuple[datetime, str, ByLanguage]], named: Collection[str], *, from_at: datetime
) -> tuple[Goal, ...]:
    """The goals of a period: those that were asked about since ``from_at``, each beside the answer
    before, in the order in which they were asked; then those of ``named`` that are new.

    ``told``: when it was answered, the goal's words, the answer; of before ``from_at`` too.
    """
    series: dict[str, list[tuple[datetime, str, ByLanguage]]] = {}
    for at, words, shown in sorted(told, key=lambda each: each[0]):
        series.setdefault(words.strip().casefold(), []).append((at, words, shown))
    goals: dict[str, Goal] = {}
    for key, answers in series.items():
        at, words, shown = answers[-1]
        before_at, _, before = answers[-2] if len(answers) > 1 else (None, "", ())
        if at >= from_at:
            goals[key] = Goal(words, shown, before, before_at)
    for words in named:
        goals.setdefault(words.strip().casefold(), Goal(words))
    return tuple(goal for goal in goals.values() if goal.words.strip())[:MOST_GOALS]


def goal_to(goal: Goal) -> dict[str, Any]:
    """A JSON object."""
    before_at = None if goal.before_at is None else goal.before_at.isoformat()
    return {
        "words": goal.words,
        "shown": goal.shown,
        "before": goal.before,
        "before_at": before_at,
    }


def goal_from(body: dict[str, Any]) -> Goal:
    """The value behind the JSON object of a ``Goal``."""
    at = body["before_at"]
    before_at = None if at is None else datetime.fromisoformat(at)
    return Goal(body["words"], text_from(body["shown"]), text_from(body["before"]), before_at)


def step_from(body: dict[str, Any]) -> AgreedStep:
    """The value behind the JSON object of an ``AgreedStep``."""
    return AgreedStep(tuple(text_from(each) for each in body["shown"]), tuple(body["words"]))
