"""Decides which answer or score is a sign of danger, where the flow's author has named one.

Used as an answer is taken. A score counts when it becomes such a sign, not again with every answer
after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.engine.check_in import Answer, CheckIn
from flows.engine.endings import scores_on
from flows.engine.events import ScoreTaken
from flows.engine.walk import whole_way
from flows.kinds import bounds
from flows.kinds.registry import kind_of
from flows.script.flow import Flow


def dangers(
    flow: Flow, before: CheckIn, given: Answer, scores: Sequence[ScoreTaken]
) -> tuple[str, ...]:
    """The ids of the answered step and of the scores that are a sign of danger by this answer."""
    found = [given.of_step] if _is_danger(flow, given) else []
    named = list(_dangerous(flow, scores))
    if named:
        stood = set(_dangerous(flow, scores_on(whole_way(flow, before))))
        found += [score_id for score_id in named if score_id not in stood]
    return tuple(found)


def _is_danger(flow: Flow, given: Answer) -> bool:
    step, value = flow.step(given.of_step), given.value
    return value is not None and kind_of(step).is_risk(step, value)


def _dangerous(flow: Flow, scores: Sequence[ScoreTaken]) -> Iterator[str]:
    thresholds = {score.id: (score.risk_at_least, score.risk_at_most) for score in flow.scores}
    for score in scores:
        if bounds.is_danger(score.value, *thresholds[score.id]):
            yield score.id
