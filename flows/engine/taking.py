"""The consequences of an answer that is taken, wherever it came from: paths, and scores.

Used by replies, adding and rewording. What is derived from an answer counts from now on, so its
path is known now, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flows.engine.check_in import Answer, CheckIn
from flows.engine.dangers import dangers
from flows.engine.endings import scores_on
from flows.engine.events import ScoreTaken
from flows.engine.walk import whole_way
from flows.engine.way import marked, with_answer
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class Taken:
    """The kept answers with a given one among them, each marked as on the path or off it."""

    given: Answer
    answers: tuple[Answer, ...]
    moved: tuple[Answer, ...]
    """Other answers that the given one put off the path or back on it."""
    scores: tuple[ScoreTaken, ...] = field(repr=False)
    dangers: tuple[str, ...]
    """The ids of the step and the scores that are a sign of danger by the given answer."""


def taken(flow: Flow, check_in: CheckIn, given: Answer) -> Taken:
    """The answer is kept in place of an earlier one to its step."""
    kept = with_answer(flow, check_in, given)
    whole = whole_way(flow, replace(check_in, answers=kept))
    answers = marked(whole, kept)
    own = next(answer for answer in answers if answer.step_id == given.step_id)
    moved = tuple(a for a in answers if a != own and a not in check_in.answers)
    scores = scores_on(whole)
    return Taken(own, answers, moved, scores, dangers(flow, check_in, own, scores))
