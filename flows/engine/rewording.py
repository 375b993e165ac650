"""An answer in own words takes other words, because the client changed their message.

Used by ``resume``. The open question stays open and is not asked again, unless the new words lead
another way.
"""

from __future__ import annotations

from dataclasses import replace

from flows.engine.adding import before_its_end
from flows.engine.check_in import Answer, CheckIn
from flows.engine.endings import finish
from flows.engine.events import AnswerRefused, AnswerReworded, NothingDone, Turn
from flows.engine.inputs import Reworded
from flows.engine.remarks import is_button
from flows.engine.replies import When, go_on
from flows.engine.taking import taken
from flows.engine.walk import way_on, way_until
from flows.engine.way import own_words, step_at
from flows.kinds.kind import Refused
from flows.kinds.registry import kind_of
from flows.script.flow import Flow


def reword(flow: Flow, check_in: CheckIn, received: Reworded, when: When) -> Turn:
    """The answer has the new words; refused where they do not fit its step. Nothing is done where
    there is no such answer in own words, where the words stand for a button, or where a finished
    check-in would have to ask something more.
    """
    kept = check_in.answer(received.visit_id)
    if kept is None or own_words(flow, kept) is None or is_button(received.text, check_in.language):
        return Turn(check_in, (NothingDone("stale"),))
    step = step_at(flow, kept.step_id)
    read = kind_of(step).accept(step, received.text, check_in.language, when.given_at.date())
    if isinstance(read, Refused):
        return Turn(check_in, (AnswerRefused(step, read.refusal),))
    if read.value == kept.value:
        return Turn(check_in, ())
    now_kept = taken(flow, check_in, Answer(kept.step_id, read.value, when.given_at))
    event = AnswerReworded(step, now_kept.given, now_kept.moved, now_kept.scores, now_kept.dangers)
    reworded = replace(check_in, answers=now_kept.answers, last_answered_at=when.now)
    if check_in.status == "finished":
        opened = before_its_end(flow, reworded)
        way = way_on(flow, opened)
        is_whole = way.open_visit is None
        return finish(way, opened, event) if is_whole else Turn(check_in, (NothingDone("ended"),))
    if _is_still_asked(flow, reworded):
        return Turn(reworded, (event,))
    turned = replace(reworded, turn_no=check_in.turn_no + 1, uncertain_turn=None, reflecting=None)
    return go_on(flow, turned, event, when.now)


def _is_still_asked(flow: Flow, reworded: CheckIn) -> bool:
    """True where the way still leads to the open question."""
    visits = way_until(flow, reworded, reworded.at).visits
    return bool(visits) and visits[-1].id == reworded.at
