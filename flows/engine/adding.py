"""More of an answer: people write in bursts, and what belongs together stays one answer.

Used by ``resume``. The open question stays as it is, unless the longer answer leads another way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.engine.check_in import Answer, CheckIn
from flows.engine.endings import finish
from flows.engine.events import (
    AdditionAwaited,
    AnswerAccepted,
    AnswerRefused,
    NothingDone,
    PromptAsked,
    Turn,
)
from flows.engine.prompts import ask_once_more, open_prompt
from flows.engine.remarks import is_button
from flows.engine.replies import go_on
from flows.engine.taking import taken
from flows.engine.walk import way_on, way_until, whole_way
from flows.engine.way import own_words, step_at
from flows.kinds.kind import Refused
from flows.kinds.registry import asks, kind_of
from flows.kinds.typed import clean
from flows.script.flow import Flow


def last_words(flow: Flow, check_in: CheckIn) -> Answer | None:
    """The answer in the client's own words to which more may be added: the one before the open
    question or, of a finished check-in, the last. None where that is no such answer.
    """
    answer = check_in.answer(_last_answered(flow, check_in) or "")
    return None if own_words(flow, answer) is None else answer


def begin(flow: Flow, check_in: CheckIn) -> Turn:
    """The next words that the client types belong to their last answer."""
    answer = last_words(flow, check_in)
    if answer is None:
        return Turn(check_in, (NothingDone("stale"),))
    way = way_until(flow, check_in, answer.step_id)
    question = open_prompt(way, replace(check_in, at=answer.step_id, picked=())).text
    return Turn(replace(check_in, adding=True), (AdditionAwaited(question),))


def begin_again(flow: Flow, check_in: CheckIn) -> Turn:
    """Something else than words was sent where more of an answer was awaited: it still is."""
    turn = begin(flow, check_in)
    awaited = [event for event in turn.events if isinstance(event, AdditionAwaited)]
    answer = last_words(flow, check_in)
    if answer is None:
        return turn
    why = AnswerRefused(step_at(flow, answer.step_id), "wrong_kind")
    return replace(turn, events=(why, *awaited))


def add(flow: Flow, check_in: CheckIn, text: str, given_at: datetime, now: datetime) -> Turn:
    """The words join the last answer, on a line of their own; refused where it would get too long,
    stale where there is none to join, and for the word of a button.
    """
    before = last_words(flow, check_in)
    if before is None or is_button(text, check_in.language):
        return Turn(check_in, (NothingDone("stale"),))
    step = step_at(flow, before.step_id)
    words = f"{before.value}\n{clean(text)}"
    read = kind_of(step).accept(step, words, check_in.language, given_at.date())
    if isinstance(read, Refused):
        return _refused(flow, check_in, AnswerRefused(step, read.refusal))
    kept = taken(flow, check_in, Answer(before.step_id, read.value, given_at))
    accepted = AnswerAccepted(
        step=step,
        answer=kept.given,
        shown=words,
        turn_no=check_in.turn_no,
        by_tap=False,
        moved=kept.moved,
        scores=kept.scores,
        dangers=kept.dangers,
    )
    added = replace(check_in, answers=kept.answers, last_answered_at=now)
    return _go_on(flow, added, accepted, now)


def _refused(flow: Flow, check_in: CheckIn, why: AnswerRefused) -> Turn:
    """The answer stays as it was; the open question, where there is one, follows again."""
    if check_in.status != "open":
        return Turn(check_in, (why,))
    again = ask_once_more(way_until(flow, check_in, check_in.at), check_in, "again")
    return Turn(check_in, (why, again))


def _go_on(flow: Flow, added: CheckIn, accepted: AnswerAccepted, now: datetime) -> Turn:
    """Ask what was open once more, as it was asked at first, or what is open now; or end anew."""
    visits = {visit.id for visit in whole_way(flow, added).visits}
    if added.status == "open" and added.at in visits:
        certain = replace(added, uncertain_turn=None)  # the newer message shows the question
        asked = PromptAsked(open_prompt(way_until(flow, certain, certain.at), certain), "next")
        return Turn(certain, (accepted, asked))
    if added.status != "open":
        added = before_its_end(flow, added)
    way = way_on(flow, added)
    if way.open_visit is None:
        return finish(way, added, accepted)
    turned = replace(added, turn_no=added.turn_no + 1, uncertain_turn=None)
    return go_on(flow, turned, accepted, now)


def before_its_end(flow: Flow, check_in: CheckIn) -> CheckIn:
    """A finished check-in as it stood when its last answer came in, so that its closing is said
    whole.
    """
    last = _last_answered(flow, check_in)
    ids = [visit.id for visit in whole_way(flow, check_in).visits]
    after = set(ids[ids.index(last) + 1 :]) if last in ids else set()
    said = tuple(visit_id for visit_id in check_in.said if visit_id not in after)
    return replace(check_in, status="open", said=said, reflecting=last)


def _last_answered(flow: Flow, check_in: CheckIn) -> str | None:
    match check_in.status:
        case "open":
            return check_in.reflecting
        case "finished":
            asked = [visit.id for visit in way_on(flow, check_in).visits if asks(visit.step)]
            return asked[-1] if asked else None
        case "expired" | "stopped":
            return None
