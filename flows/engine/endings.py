"""The endings of a check-in: finished, expired, stopped. All answers are always kept.

Used by ``resume``. After an ending nothing wakes the check-in any more.
"""

from __future__ import annotations

from dataclasses import replace

from flows.engine.check_in import CheckIn, Status
from flows.engine.events import (
    AnswerAccepted,
    AnswerReworded,
    CheckInExpired,
    CheckInFinished,
    CheckInStopped,
    ScoreTaken,
    TimersCleared,
    Turn,
)
from flows.engine.prompts import closing
from flows.engine.scores import score_of
from flows.engine.walk import way_on, whole_way
from flows.engine.way import Way, marked
from flows.script.flow import Flow


def finish(way: Way, check_in: CheckIn, last: AnswerAccepted | AnswerReworded | None) -> Turn:
    """The way is complete; ``last`` is the answer that completed it, None at the start."""
    said, texts = closing(way, check_in)
    ended = _ended(way, said, "finished")
    finished = CheckInFinished(ended.answers, texts, scores_on(way))
    if last is None:
        return Turn(ended, (finished,))
    return Turn(ended, (last, TimersCleared(), finished))


def expire(flow: Flow, check_in: CheckIn) -> Turn:
    """Its time ran out. One that was complete and reopened is finished, as it was before."""
    way = whole_way(flow, check_in)
    is_complete = way_on(flow, check_in).open_visit is None
    ended = _ended(way, check_in, "finished" if is_complete else "expired")
    started = check_in.last_answered_at is not None
    return Turn(ended, (TimersCleared(), CheckInExpired(ended.answers, started, scores_on(way))))


def stop(flow: Flow, check_in: CheckIn) -> Turn:
    """The care or the consent ended while it was open; what was complete by then stays so."""
    way = whole_way(flow, check_in)
    ended = _ended(way, check_in, "stopped")
    return Turn(ended, (TimersCleared(), CheckInStopped(ended.answers, scores_on(way))))


def scores_on(way: Way) -> tuple[ScoreTaken, ...]:
    """The scores that are complete by their own rule, over the answers on the way."""
    flow = way.scope.flow
    found = [(score, score_of(score, flow, way.scope.values)) for score in flow.scores]
    return tuple(
        ScoreTaken(score.id, score.measures, value) for score, value in found if value is not None
    )


def _ended(way: Way, check_in: CheckIn, status: Status) -> CheckIn:
    answers = marked(way, check_in.answers)
    return replace(check_in, status=status, at=None, answers=answers, picked=(), reflecting=None)
