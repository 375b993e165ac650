"""A changed message changes the answer that it gave, and asks nothing anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from engine_sample import HARD, NOW, asked, flow_of, kinds, lead, opened, when, words

from flows.engine.check_in import CheckIn
from flows.engine.events import (
    AnswerRefused,
    AnswerReworded,
    CheckInFinished,
    NothingDone,
    PromptAsked,
    TimersCleared,
    TimerSet,
    Turn,
)
from flows.engine.inputs import Reopened, Reworded, TimerFired, Typed, WentBack, Withdrawn
from flows.kinds.message import MessageStep
from flows.kinds.step import RATHER_NOT_SAY
from flows.kinds.text import TextStep

WHAT = TextStep("what", words("What?"), min_length=2, max_length=20, rather_not_say=True)
MORE = TextStep("more", words("More?"), condition=when('what == "work"'))
LAST = TextStep("last", words("{what}, and then?"))
FLOW = flow_of(WHAT, MORE, HARD, LAST, MessageStep("bye", words("Bye.")))
FIRST = opened(FLOW).check_in
AT_MORE = lead(FIRST, Typed("work"), flow=FLOW).check_in
AT_LAST = lead(AT_MORE, Typed("too much"), Typed("no"), flow=FLOW).check_in
FINISHED = lead(AT_LAST, Typed("sleep"), flow=FLOW).check_in
LATER = NOW + timedelta(minutes=5)


def reword(check_in: CheckIn, visit_id: str, text: str) -> Turn:
    return lead(check_in, Reworded(visit_id, text), flow=FLOW, now=LATER)


def kept(check_in: CheckIn) -> list[tuple[object, ...]]:
    return [(a.step_id, a.value, a.off_path) for a in check_in.answers]


def test_the_answer_has_the_new_words_and_nothing_is_asked() -> None:
    turn = reword(AT_LAST, "more", " far too much ")
    (event,) = turn.events
    assert isinstance(event, AnswerReworded)
    assert (event.step.id, event.answer.value) == ("more", "far too much")
    assert event.answer == turn.check_in.answer("more")
    assert event.answer.given_at == turn.check_in.last_answered_at == LATER
    now_as_before = replace(
        turn.check_in, answers=AT_LAST.answers, last_answered_at=AT_LAST.last_answered_at
    )
    assert now_as_before == AT_LAST
    assert "far" not in repr(turn) + repr(Reworded("more", "far"))


def test_what_no_longer_follows_goes_off_the_path_and_the_open_question_stays() -> None:
    turn = reword(AT_LAST, "what", "family")
    (event,) = turn.events
    assert [(a.step_id, a.off_path) for a in event.moved] == [("more", True)]
    assert (turn.check_in.at, turn.check_in.turn_no) == (AT_LAST.at, AT_LAST.turn_no)
    back = reword(turn.check_in, "what", "work")
    assert [(a.step_id, a.off_path) for a in back.events[0].moved] == [("more", False)]
    assert kept(back.check_in) == kept(AT_LAST)


def test_where_the_open_question_falls_away_the_next_one_is_asked() -> None:
    turn = reword(AT_MORE, "what", "family")
    assert kinds(turn) == [AnswerReworded, TimersCleared, TimerSet, PromptAsked]
    assert (turn.check_in.at, turn.check_in.turn_no) == ("hard", AT_MORE.turn_no + 1)
    assert asked(turn).prompt.turn_no == turn.check_in.turn_no


def test_where_a_new_question_comes_before_the_open_one_it_is_asked() -> None:
    elsewhere = lead(FIRST, Typed("family"), Typed("no"), flow=FLOW).check_in
    turn = reword(elsewhere, "what", "work")
    assert (asked(turn).prompt.step_id, turn.check_in.at) == ("more", "more")


def test_where_nothing_is_left_to_ask_it_finishes() -> None:
    flow = flow_of(WHAT, MORE, MessageStep("bye", words("Bye.")))
    at_more = lead(opened(flow).check_in, Typed("work"), flow=flow).check_in
    turn = lead(at_more, Reworded("what", "family"), flow=flow)
    assert kinds(turn) == [AnswerReworded, TimersCleared, CheckInFinished]
    assert turn.events[-1].closing == ("Bye.",)


def test_after_the_end_it_changes_as_well_and_stays_ended() -> None:
    turn = reword(FINISHED, "last", "more sleep")
    assert kinds(turn) == [AnswerReworded, TimersCleared, CheckInFinished]
    assert (turn.check_in.status, turn.check_in.answer("last").value) == ("finished", "more sleep")


def test_after_the_end_nothing_new_is_asked() -> None:
    flow = flow_of(WHAT, MORE)
    finished = lead(opened(flow).check_in, Typed("family"), flow=flow).check_in
    turn = lead(finished, Reworded("what", "work"), flow=flow)
    assert turn == Turn(finished, (NothingDone("ended"),))


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("x" * 21, "too_long"), ("x", "too_short"), ("\u200b", "empty"), ("", "empty")],
)
@pytest.mark.parametrize("check_in", [AT_LAST, FINISHED], ids=["open", "finished"])
def test_words_that_do_not_fit_change_nothing(check_in: CheckIn, text: str, refusal: str) -> None:
    assert reword(check_in, "what", text) == Turn(check_in, (AnswerRefused(WHAT, refusal),))


def test_the_same_words_are_no_change() -> None:
    assert reword(AT_LAST, "what", " work ") == Turn(AT_LAST, ())


WITHHELD = replace(
    AT_LAST,
    answers=tuple(
        replace(a, value=RATHER_NOT_SAY) if a.step_id == "what" else a for a in AT_LAST.answers
    ),
)


@pytest.mark.parametrize(
    ("check_in", "visit_id", "text"),
    [
        (AT_LAST, "hard", "yes"),
        (AT_LAST, "last", "nothing yet"),
        (AT_LAST, "gone", "words"),
        (AT_LAST, "what", "skip"),
        (AT_LAST, "what", "Zurück"),
        (AT_LAST, "what", "?"),
        (WITHHELD, "what", "family"),
    ],
)
def test_what_is_no_answer_in_own_words_does_not_change(
    check_in: CheckIn, visit_id: str, text: str
) -> None:
    assert reword(check_in, visit_id, text) == Turn(check_in, (NothingDone("stale"),))


@pytest.mark.parametrize("ending", [Withdrawn(), TimerFired("expire", AT_LAST.turn_no)])
def test_what_was_left_or_lapsed_does_not_change(ending: object) -> None:
    ended = lead(AT_LAST, ending, flow=FLOW).check_in
    assert reword(ended, "what", "family") == Turn(ended, (NothingDone("ended"),))


@pytest.mark.parametrize("text", ["family", "work", "worse"])
def test_it_leads_where_going_back_and_answering_leads(text: str) -> None:
    back = lead(AT_LAST, *(WentBack(AT_LAST.turn_no + n) for n in range(3)), flow=FLOW).check_in
    assert back.at == "what"
    again = lead(back, Typed(text), flow=FLOW).check_in
    reworded = reword(AT_LAST, "what", text).check_in
    assert (kept(reworded), reworded.at) == (kept(again), again.at)
    reopened = lead(FINISHED, Reopened(), flow=FLOW).check_in
    assert kept(lead(reopened, Reworded("what", text), flow=FLOW).check_in)[0][1] == text
