"""How a check-in ends: finished, expired, stopped. What was answered is always kept.

Used by ``resume``. After an ending nothing wakes the check-in any more.
"""

from __future__ import annotations

from dataclasses import replace

from flows.engine.check_in import CheckIn, Status
from flows.engine.events import (
    AnswerAccepted,
    CheckInExpired,
    CheckInFinished,
    CheckInStopped,
    TimersCleared,
    Turn,
)
from flows.engine.prompts import closing
from flows.engine.way import Way, marked, way_of
from flows.script.flow import Flow


def finish(way: Way, check_in: CheckIn, last: AnswerAccepted | None) -> Turn:
    """The way is complete; ``last`` is the answer that completed it, None at the start."""
    said, texts = closing(way, check_in)
    ended = _ended(way, said, "finished")
    finished = CheckInFinished(ended.answers, texts)
    if last is None:
        return Turn(ended, (finished,))
    return Turn(ended, (last, TimersCleared(), finished))


def expire(flow: Flow, check_in: CheckIn) -> Turn:
    """Its time ran out."""
    ended = _ended(way_of(flow, check_in.answers), check_in, "expired")
    started = check_in.last_answered_at is not None
    return Turn(ended, (TimersCleared(), CheckInExpired(ended.answers, started)))


def stop(flow: Flow, check_in: CheckIn) -> Turn:
    """The care or the consent ended while it was open."""
    ended = _ended(way_of(flow, check_in.answers), check_in, "stopped")
    return Turn(ended, (TimersCleared(), CheckInStopped(ended.answers)))


def _ended(way: Way, check_in: CheckIn, status: Status) -> CheckIn:
    return replace(check_in, status=status, at=None, answers=marked(way, check_in.answers))
