"""The answers and scores that a tried check-in has kept, as lines for its author.

Used by ``interlude flows try``. It words values as an author writes them in a flow or a story; it
must never decide what is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.engine.check_in import CheckIn
from flows.engine.events import ScoreTaken
from flows.kinds.kind import Value


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept: under which name, what it is, and what is to be said of it."""

    name: str
    value: str
    note: str | None = None


def kept(check_in: CheckIn, scores: tuple[ScoreTaken, ...]) -> tuple[Kept, ...]:
    """All answers in the order of the flow, then the scores."""
    answers = [
        Kept(
            answer.step_id,
            in_words(answer.value),
            "off the path: not counted" if answer.off_path else None,
        )
        for answer in check_in.answers
    ]
    return (*answers, *(Kept(score.id, str(score.value), "a score") for score in scores))


def in_words(value: Value | None) -> str:
    """An answer as an author writes it; in brackets where there is none."""
    if isinstance(value, tuple):
        return ", ".join(value) or "(none)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "(skipped)" if value is None else str(value)
