"""Keeps answers and scores as rows that are read across check-ins. Used by ``effects``.

What was said counts when it is said: the rows are right after every answer, not only at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer
from flows.engine.events import ScoreTaken
from flows.script.flow import Flow
from storage import answers
from storage.check_ins import StoredCheckIn

SCORE = "="
"""Begins the id under which a score is kept; no step's id begins so."""


def keep(
    work: Work,
    flow: Flow,
    stored: StoredCheckIn,
    given: Sequence[Answer],
    scores: Sequence[ScoreTaken],
) -> None:
    """The rows of these answers and of every score that measures something are up to date."""
    rows = [(answer, flow.step(answer.of_step).measures) for answer in given]
    answers.save(work.tx, stored_check_in=stored, answers=rows)
    if flow.scores:
        _keep_scores(work, flow, stored, scores)


def _keep_scores(
    work: Work, flow: Flow, stored: StoredCheckIn, scores: Sequence[ScoreTaken]
) -> None:
    """A score that is as it was keeps its time; one that is not complete any more goes."""
    complete = {f"{SCORE}{score.id}": score for score in scores if score.measures is not None}
    for kept in answers.list_for_check_in(work.tx, stored.id):
        if not kept.step_id.startswith(SCORE):
            continue
        score = complete.get(kept.step_id)
        if score is None:
            answers.remove(work.tx, stored.id, kept.step_id)
        elif score.value == kept.value:
            del complete[kept.step_id]
    rows = [(Answer(i, score.value, work.now), score.measures) for i, score in complete.items()]
    answers.save(work.tx, stored_check_in=stored, answers=rows)
