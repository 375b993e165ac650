"""The effect of a client's reply: an answer is taken or refused, a step skipped, a way gone back.

Used by ``resume`` for check-ins that are open. Every function returns a whole turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from flows.engine.check_in import Answer, CheckIn
from flows.engine.draw import as_drawn
from flows.engine.endings import finish
from flows.engine.events import (
    AnswerAccepted,
    AnswerRefused,
    AnswerReworded,
    LaterMeant,
    NothingDone,
    PromptChanged,
    StepReopened,
    TimersCleared,
    TimerSet,
    Turn,
)
from flows.engine.picking import toggled
from flows.engine.piping import shown_whole
from flows.engine.prompts import ask_next, ask_once_more, same_prompt
from flows.engine.sendings import recalled
from flows.engine.taking import taken
from flows.engine.walk import way_on, way_until
from flows.engine.way import step_at
from flows.kinds.kind import Refusal, Refused, Reply, Value
from flows.kinds.registry import asks, kind_of
from flows.kinds.step import RATHER_NOT_SAY, Step
from flows.kinds.typed import word
from flows.kinds.withheld import says_so
from flows.languages import meant
from flows.schedule.zones import zone
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class When:
    """The time when a reply is taken, and when it was given: earlier, where nobody was there."""

    now: datetime
    given_at: datetime


def answer(flow: Flow, check_in: CheckIn, reply: Reply, when: When) -> Turn:
    """The reply is kept and the next open question asked, or it is refused and asked again.

    A tap where several may be picked only ticks or unticks.
    """
    step = _step_asked(flow, check_in)
    if kind_of(step).is_ticked and isinstance(reply, int):
        return _toggle(flow, check_in, as_drawn(check_in, step), reply)
    if isinstance(reply, str) and says_so(step, reply, check_in.language):
        return _accept(flow, check_in, RATHER_NOT_SAY, when, by_tap=False)
    today = _today(step, check_in, when.given_at)
    read = kind_of(step).accept(as_drawn(check_in, step), reply, check_in.language, today)
    # an option that reads like a button is the option; words of one's own are asked for as they are
    if isinstance(reply, str) and (isinstance(read, Refused) or kind_of(step).is_free):
        turn = _as_button(flow, check_in, step, reply, when)
        if turn is not None:
            return turn
    if isinstance(read, Refused):
        return refuse(flow, check_in, read.refusal)
    value = kind_of(step).in_order(step, read.value)
    return _accept(flow, check_in, value, when, by_tap=isinstance(reply, int))


def sent(flow: Flow, check_in: CheckIn, words: str, when: When) -> Turn:
    """Words under a picture are an answer where own words are asked; a picture alone is none."""
    if words and kind_of(_step_asked(flow, check_in)).is_free:
        return answer(flow, check_in, words, when)
    return refuse(flow, check_in, "wrong_kind")


def _as_button(flow: Flow, check_in: CheckIn, step: Step, typed: str, when: When) -> Turn | None:
    """Do what a button does whose word was typed: skip, back, done, "?" for the question again.
    Where the question has no such button, that is said: the word is no answer in words of one's
    own. None where the words are no such thing.
    """
    sorts = ("done" if check_in.picked else "skip", "back", "later", "show_again")
    match meant(word(typed), check_in.language, *sorts):
        case "skip":
            if not step.optional:
                return refuse(flow, check_in, "no_skip")
            return _accept(flow, check_in, None, when, by_tap=False)
        case "done":
            return confirm(flow, check_in, when)
        case "back":
            turn = go_back(flow, check_in, when.now)
            return refuse(flow, check_in, "no_back") if turn.check_in == check_in else turn
        case "later":
            return Turn(check_in, (LaterMeant(),))
        case "show_again":
            return recalled(flow, check_in)
        case _:
            return None


def confirm(flow: Flow, check_in: CheckIn, when: When) -> Turn:
    """The ticked options are the answer, unless they are too few or too many."""
    step = _step_asked(flow, check_in)
    if not kind_of(step).is_ticked:
        return _stale(check_in)
    read = kind_of(step).answer_of(as_drawn(check_in, step), check_in.picked)
    if isinstance(read, Refused):
        return refuse(flow, check_in, read.refusal)
    return _accept(flow, check_in, kind_of(step).in_order(step, read.value), when, by_tap=True)


def withhold(flow: Flow, check_in: CheckIn, when: When) -> Turn:
    """Take "rather not say" as the answer; stale if the author does not offer it."""
    if not _step_asked(flow, check_in).rather_not_say:
        return _stale(check_in)
    return _accept(flow, check_in, RATHER_NOT_SAY, when, by_tap=True)


def skip(flow: Flow, check_in: CheckIn, when: When) -> Turn:
    """The step is kept as declined and the next question asked; stale if it is not optional."""
    if not _step_asked(flow, check_in).optional:
        return _stale(check_in)
    return _accept(flow, check_in, None, when, by_tap=True)


def refuse(flow: Flow, check_in: CheckIn, refusal: Refusal) -> Turn:
    """Nothing has changed; the same question follows, with the same turn."""
    certain = replace(check_in, uncertain_turn=None)  # the newer message shows the question
    again = ask_once_more(way_until(flow, certain, certain.at), certain, "again")
    return Turn(certain, (AnswerRefused(_step_asked(flow, check_in), refusal), again))


def go_back(flow: Flow, check_in: CheckIn, now: datetime) -> Turn:
    """The question before is asked anew, its answer kept until changed; stale at the first one."""
    way = way_until(flow, check_in, check_in.at)
    before = way.question_before(way.visit(check_in.at))
    if before is None:
        return _stale(check_in)
    turned = replace(check_in, turn_no=check_in.turn_no + 1, uncertain_turn=None, reflecting=None)
    moved, asked = ask_next(way_until(flow, turned, before.id), turned, before)
    return Turn(
        moved,
        (StepReopened(check_in.turn_no), TimersCleared(), _lapse(flow, moved, now), asked),
    )


def reopen(flow: Flow, check_in: CheckIn, now: datetime) -> Turn:
    """The last question of a finished check-in is asked anew, its answer kept until changed; the
    others are reached by going back. Nothing is done where it asked nothing.
    """
    questions = [visit for visit in way_on(flow, check_in).visits if asks(visit.step)]
    if not questions:
        return Turn(check_in, (NothingDone("ended"),))
    turned = replace(check_in, status="open", turn_no=check_in.turn_no + 1, uncertain_turn=None)
    moved, asked = ask_next(way_until(flow, turned, questions[-1].id), turned, questions[-1])
    idle_at = now + flow.schedule.expires_idle
    return Turn(moved, (TimerSet("expire", idle_at, moved.turn_no), asked))


def _toggle(flow: Flow, check_in: CheckIn, step: Step, place: int) -> Turn:
    if not 0 <= place < len(kind_of(step).options(step)):
        return refuse(flow, check_in, "not_an_option")
    changed = toggled(check_in, step, place)
    prompt = same_prompt(way_until(flow, changed, changed.at), changed)
    return Turn(changed, (PromptChanged(prompt),))


def _accept(
    flow: Flow, check_in: CheckIn, value: Value | None, when: When, *, by_tap: bool
) -> Turn:
    step, visit_id = _step_asked(flow, check_in), check_in.at or ""
    kept = taken(flow, check_in, Answer(visit_id, value, when.given_at))
    accepted = AnswerAccepted(
        step=step,
        answer=kept.given,
        shown="" if value is None else shown_whole(step, value, check_in.language),
        turn_no=check_in.turn_no,
        by_tap=by_tap,
        moved=kept.moved,
        scores=kept.scores,
        dangers=kept.dangers,
    )
    answered = replace(
        check_in,
        turn_no=check_in.turn_no + 1,
        answers=kept.answers,
        # An answer proves that the prompt arrived, whatever the sending looked like.
        first_sent_at=check_in.first_sent_at or when.now,
        last_answered_at=when.now,
        uncertain_turn=None,
        reflecting=visit_id,
    )
    return go_on(flow, answered, accepted, when.now)


def go_on(
    flow: Flow, answered: CheckIn, accepted: AnswerAccepted | AnswerReworded, now: datetime
) -> Turn:
    """The next open question is asked, or the check-in finishes; its turn has risen already."""
    way = way_on(flow, answered)
    if way.open_visit is None:
        return finish(way, answered, accepted)
    moved, asked = ask_next(way, answered, way.open_visit)
    return Turn(moved, (accepted, TimersCleared(), _lapse(flow, moved, now), asked))


def _lapse(flow: Flow, check_in: CheckIn, now: datetime) -> TimerSet:
    """Return when a started check-in lapses if nothing more is said: idle, or open too long, never
    before now.
    """
    schedule, due_at = flow.schedule, now + flow.schedule.expires_idle
    if schedule.expires_started is not None and check_in.first_sent_at is not None:
        due_at = max(now, min(due_at, check_in.first_sent_at + schedule.expires_started))
    return TimerSet("expire", due_at, check_in.turn_no)


def _today(step: Step, check_in: CheckIn, now: datetime) -> date:
    """The client's local date. UnknownZoneError: a date is asked and the zone does not exist."""
    if kind_of(step).is_dated:
        return now.astimezone(zone(check_in.names.zone)).date()
    return now.date()


def _step_asked(flow: Flow, check_in: CheckIn) -> Step:
    assert check_in.at is not None, "an open check-in is at a step"
    return step_at(flow, check_in.at)


def _stale(check_in: CheckIn) -> Turn:
    return Turn(check_in, (NothingDone("stale"),))
