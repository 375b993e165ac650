"""What a client's reply does: an answer is taken or refused, a step skipped, a way gone back.

Used by ``resume`` for check-ins that are open. Every function returns a whole turn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.engine.check_in import Answer, CheckIn
from flows.engine.endings import finish
from flows.engine.events import (
    AnswerAccepted,
    AnswerRefused,
    NothingDone,
    Refusal,
    StepReopened,
    TimersCleared,
    TimerSet,
    Turn,
)
from flows.engine.prompts import ask_next, ask_once_more
from flows.engine.steps.kind import Refused, Reply
from flows.engine.steps.registry import kind_of
from flows.engine.way import way_of, with_answer
from flows.script.flow import Flow, Step


def answer(flow: Flow, check_in: CheckIn, reply: Reply, now: datetime) -> Turn:
    """The reply is kept and the next open question asked, or it is refused and asked again."""
    step = _step_asked(flow, check_in)
    kind = kind_of(step)
    read = kind.accept(step, reply, check_in.language)
    if isinstance(read, Refused):
        return refuse(flow, check_in, read.refusal)
    accepted = AnswerAccepted(
        step=step,
        answer=Answer(step.id, read.value, now),
        shown=kind.show(step, read.value, check_in.language),
        turn_no=check_in.turn_no,
        by_tap=isinstance(reply, int),
    )
    return _accept(flow, check_in, accepted, now)


def skip(flow: Flow, check_in: CheckIn, now: datetime) -> Turn:
    """The step is kept as declined and the next question asked; stale if it is not optional."""
    step = _step_asked(flow, check_in)
    if not step.optional:
        return Turn(check_in, (NothingDone("stale"),))
    declined = AnswerAccepted(
        step=step,
        answer=Answer(step.id, None, now),
        shown="",
        turn_no=check_in.turn_no,
        by_tap=True,
    )
    return _accept(flow, check_in, declined, now)


def refuse(flow: Flow, check_in: CheckIn, refusal: Refusal) -> Turn:
    """Nothing has changed; the same question follows, with the same turn."""
    again = ask_once_more(way_of(flow, check_in.answers), check_in, "again")
    return Turn(check_in, (AnswerRefused(_step_asked(flow, check_in), refusal), again))


def go_back(flow: Flow, check_in: CheckIn, now: datetime) -> Turn:
    """The question before is asked anew, its answer kept until changed; stale at the first one."""
    way = way_of(flow, check_in.answers)
    before = way.question_before(_step_asked(flow, check_in))
    if before is None:
        return Turn(check_in, (NothingDone("stale"),))
    turned = replace(check_in, turn_no=check_in.turn_no + 1, uncertain_turn=None)
    moved, asked = ask_next(way, turned, before)
    return Turn(
        moved,
        (StepReopened(check_in.turn_no), TimersCleared(), _idle(flow, moved, now), asked),
    )


def _accept(flow: Flow, check_in: CheckIn, accepted: AnswerAccepted, now: datetime) -> Turn:
    answered = replace(
        check_in,
        turn_no=check_in.turn_no + 1,
        answers=with_answer(flow, check_in, accepted.answer),
        # An answer proves that the prompt arrived, whatever the sending looked like.
        first_sent_at=check_in.first_sent_at or now,
        last_answered_at=now,
        uncertain_turn=None,
    )
    way = way_of(flow, answered.answers)
    step = way.open_step()
    if step is None:
        return finish(way, answered, accepted)
    moved, asked = ask_next(way, answered, step)
    return Turn(moved, (accepted, TimersCleared(), _idle(flow, moved, now), asked))


def _idle(flow: Flow, check_in: CheckIn, now: datetime) -> TimerSet:
    return TimerSet("expire", now + flow.schedule.expires_idle, check_in.turn_no)


def _step_asked(flow: Flow, check_in: CheckIn) -> Step:
    assert check_in.at is not None, "an open check-in is at a step"
    return flow.step(check_in.at)
