"""The effect of each input on a check-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from engine_sample import (
    FLOW,
    HARD,
    KIND,
    MOOD,
    NAMES,
    NOTE,
    NOW,
    asked,
    flow_of,
    kinds,
    lead,
    opened,
    words,
)

from flows.authoring.words import Condition
from flows.engine.events import (
    AnswerAccepted,
    AnswerRefused,
    CheckInExpired,
    CheckInFinished,
    CheckInStopped,
    NothingDone,
    PromptAsked,
    StepReopened,
    TimersCleared,
    TimerSet,
)
from flows.engine.inputs import (
    Delivered,
    Input,
    Recalled,
    SentOther,
    Skipped,
    Tapped,
    TimerFired,
    Typed,
    Unconfirmed,
    WentBack,
    Withdrawn,
)
from flows.engine.turn import FlowTooLongError, WrongFlowError, left_at, prompt_of, resume, start
from flows.kinds.message import MessageStep
from flows.kinds.step import Step
from flows.kinds.text import TextStep

HOUR = timedelta(hours=1)
FIRST = opened().check_in
HALF_WAY = lead(FIRST, Typed("7"), Typed("6,5"), Skipped(2), Typed("yes")).check_in
NOTHING_STALE = (NothingDone("stale"),)


def test_start_asks_the_first_question_with_the_messages_before_it() -> None:
    turn = opened()
    prompt = asked(turn).prompt
    assert (turn.check_in.turn_no, turn.check_in.at, turn.check_in.opened_at) == (0, "mood", NOW)
    assert (prompt.step_id, prompt.text, prompt.turn_no) == ("mood", "Mood?", 0)
    assert prompt.lead == ("Hello from Frau Weber.",)
    assert (prompt.low, prompt.high, prompt.can_go_back, prompt.can_skip) == (
        "low",
        "high",
        False,
        False,
    )


def test_an_answer_is_kept_and_the_next_question_follows() -> None:
    turn = lead(FIRST, Tapped(0, 7), now=NOW + HOUR)
    accepted, cleared, timer, prompt = turn.events
    assert isinstance(accepted, AnswerAccepted)
    assert (accepted.step, accepted.shown, accepted.turn_no, accepted.by_tap) == (
        MOOD,
        "7",
        0,
        True,
    )
    assert accepted.answer == turn.check_in.answer("mood")
    assert (accepted.answer.value, accepted.answer.given_at) == (7, NOW + HOUR)
    assert cleared == TimersCleared()
    assert timer == TimerSet("expire", NOW + HOUR + timedelta(hours=24), 1)
    assert isinstance(prompt, PromptAsked)
    assert (prompt.prompt.step_id, prompt.prompt.turn_no, prompt.prompt.lead) == ("slept", 1, ())
    assert turn.check_in.turn_no == 1


def test_a_skip_is_kept_as_declined() -> None:
    turn = lead(FIRST, Typed("7"), Typed("8"), Skipped(2))
    accepted = turn.events[0]
    assert isinstance(accepted, AnswerAccepted)
    assert accepted.answer.declined
    assert accepted.shown == ""
    assert turn.check_in.at == "hard"


def test_a_step_that_is_not_optional_cannot_be_skipped() -> None:
    assert lead(FIRST, Skipped(0)).events == NOTHING_STALE


def test_a_message_on_the_way_leads_the_next_question_once() -> None:
    turn = lead(HALF_WAY, WentBack(4), Tapped(5, 0))
    assert asked(lead(FIRST, Typed("7"), Typed("6"), Skipped(2), Typed("y"))).prompt.lead == (
        "Sorry.",
    )
    assert asked(turn).prompt.lead == ()


def test_the_last_answer_finishes_with_the_closing_messages() -> None:
    turn = lead(HALF_WAY, Typed("work"), Typed("Deadlines"))
    finished = turn.events[-1]
    assert kinds(turn) == [AnswerAccepted, TimersCleared, CheckInFinished]
    assert isinstance(finished, CheckInFinished)
    assert finished.closing == ("See you on Fr. Mood was 7.",)
    assert [a.step_id for a in finished.answers] == [
        *("mood", "slept", "count", "hard", "kind", "note")
    ]
    assert (turn.check_in.status, turn.check_in.at) == ("finished", None)
    assert turn.check_in.answers == finished.answers


def test_a_flow_that_asks_nothing_finishes_at_once() -> None:
    turn = opened(flow_of(MessageStep("hi", words("Hi."))))
    assert turn.events == (CheckInFinished((), ("Hi.",)),)
    assert turn.check_in.status == "finished"


def test_answers_off_the_path_are_kept_and_marked_at_the_end() -> None:
    turn = lead(HALF_WAY, Typed("work"), WentBack(5), WentBack(6), Typed("no"), Skipped(8))
    off = {a.step_id for a in turn.check_in.answers if a.off_path}
    assert turn.check_in.status == "finished"
    assert off == {"kind"}
    assert turn.check_in.answer("kind").value == "work"


def test_going_back_shows_what_was_given_and_moves_the_turn() -> None:
    turn = lead(HALF_WAY, WentBack(4))
    prompt = asked(turn).prompt
    assert turn.events[0] == StepReopened(4)
    assert (prompt.step_id, prompt.given, prompt.turn_no) == ("hard", "Yes", 5)
    assert turn.check_in.answers == HALF_WAY.answers
    assert TimerSet("expire", NOW + timedelta(hours=24), 5) in turn.events


def test_going_back_and_answering_the_same_returns_to_where_one_was() -> None:
    further = lead(HALF_WAY, Typed("at home")).check_in
    turn = lead(further, WentBack(5), WentBack(6), Typed("yes"))
    assert turn.check_in.at == further.at == "note"
    assert [a.value for a in turn.check_in.answers] == [a.value for a in further.answers]


def test_nothing_lies_before_the_first_question() -> None:
    assert lead(FIRST, WentBack(0)).events == NOTHING_STALE


@pytest.mark.parametrize(
    "received", [Tapped(3, 0), Skipped(3), WentBack(3), Tapped(9, 0)], ids=repr
)
def test_a_button_of_another_turn_is_stale(received: Input) -> None:
    turn = lead(HALF_WAY, received)
    assert turn.events == NOTHING_STALE
    assert turn.check_in == HALF_WAY


@pytest.mark.parametrize(
    "received",
    [
        *(Tapped(1, 0), Typed("x"), SentOther(), Skipped(1), WentBack(1), Delivered(1)),
        *(Unconfirmed(1), TimerFired("expire", 1), Recalled(), Withdrawn()),
    ],
    ids=lambda received: type(received).__name__,
)
def test_an_ended_check_in_does_nothing(received: Input) -> None:
    ended = lead(FIRST, Typed("1"), Withdrawn()).check_in
    turn = lead(ended, received)
    assert turn.events == (NothingDone("ended"),)
    assert turn.check_in == ended


@pytest.mark.parametrize(
    ("received", "refusal"),
    [
        (SentOther(), "wrong_kind"),
        (Typed("11"), "out_of_range"),
        (Typed("fine"), "not_a_number"),
        (Tapped(0, 11), "not_an_option"),
        (Tapped(0, -1), "not_an_option"),
    ],
    ids=["other", "high", "words", "no_button", "negative"],
)
def test_a_reply_that_does_not_fit_is_asked_again(received: Input, refusal: str) -> None:
    turn = lead(FIRST, received)
    assert turn.check_in == FIRST
    assert turn.events[0] == AnswerRefused(MOOD, refusal)
    assert asked(turn).occasion == "again"
    alone = asked(turn).prompt
    assert alone == replace(asked(opened()).prompt, lead=(), reader=alone.reader)


def test_the_first_delivery_sets_reminders_and_expiry() -> None:
    turn = lead(FIRST, Delivered(0), now=NOW + HOUR)
    sent_at = NOW + HOUR
    assert turn.check_in.first_sent_at == sent_at
    assert turn.events == (
        TimerSet("remind", sent_at + 6 * HOUR, 0),
        TimerSet("remind", sent_at + 24 * HOUR, 0),
        TimerSet("expire", sent_at + 48 * HOUR, 0),
    )
    assert lead(turn.check_in, Delivered(0)).events == ()


def test_an_answer_counts_as_delivery() -> None:
    turn = lead(FIRST, Typed("7"), now=NOW + HOUR)
    assert turn.check_in.first_sent_at == NOW + HOUR
    assert lead(turn.check_in, Delivered(0)).events == ()


def test_a_reminder_asks_once_more_while_nothing_is_answered() -> None:
    sent = lead(FIRST, Delivered(0)).check_in
    turn = lead(sent, TimerFired("remind", 0))
    assert (asked(turn).occasion, asked(turn).prompt.turn_no) == ("reminder", 0)
    assert (turn.check_in.reminders, turn.check_in.turn_no) == (1, 0)
    answered = lead(sent, Typed("7")).check_in
    assert lead(answered, TimerFired("remind", 0)).events == NOTHING_STALE
    assert lead(answered, TimerFired("remind", 1)).events == NOTHING_STALE


@pytest.mark.parametrize(("before", "started"), [((), False), ((Typed("7"),), True)])
def test_expiry_keeps_what_was_answered(before: tuple[Input, ...], started: bool) -> None:
    check_in = lead(FIRST, Delivered(0), *before).check_in
    turn = lead(check_in, TimerFired("expire", check_in.turn_no))
    assert turn.events == (TimersCleared(), CheckInExpired(check_in.answers, started))
    assert (turn.check_in.status, turn.check_in.at) == ("expired", None)


def test_an_expiry_of_an_earlier_turn_is_stale() -> None:
    assert lead(FIRST, Typed("7"), TimerFired("expire", 0)).events == NOTHING_STALE


def test_an_uncertain_prompt_is_asked_once_more_with_its_messages() -> None:
    doubtful = lead(FIRST, Unconfirmed(0))
    assert TimerSet("re_ask", NOW + timedelta(minutes=20), 0) in doubtful.events
    assert TimerSet("expire", NOW + 48 * HOUR, 0) in doubtful.events
    turn = lead(doubtful.check_in, TimerFired("re_ask", 0))
    assert asked(turn).occasion == "re_ask"
    assert asked(turn).prompt.lead == ("Hello from Frau Weber.",)
    assert (turn.check_in.re_asked, turn.check_in.turn_no) == ((0,), 0)


def test_every_question_that_may_be_lost_is_asked_once_more_not_one_a_check_in() -> None:
    once = lead(FIRST, Unconfirmed(0), TimerFired("re_ask", 0)).check_in
    assert lead(once, TimerFired("re_ask", 0)).events == NOTHING_STALE
    later = lead(once, Typed("7"), Unconfirmed(1))
    assert TimerSet("re_ask", NOW + timedelta(minutes=20), 1) in later.events
    assert asked(lead(later.check_in, TimerFired("re_ask", 1))).occasion == "re_ask"


def test_one_question_is_asked_once_more_twice_however_long_the_doubt_lasts() -> None:
    once = lead(FIRST, Unconfirmed(0), TimerFired("re_ask", 0)).check_in
    doubtful = lead(once, Unconfirmed(0))
    assert doubtful.events == (TimerSet("re_ask", NOW + timedelta(minutes=20), 0),)
    again = lead(doubtful.check_in, TimerFired("re_ask", 0))
    assert asked(again).occasion == "re_ask"
    assert lead(again.check_in, Unconfirmed(0)).events == ()


def test_a_question_that_was_shown_again_meanwhile_is_not_asked_once_more() -> None:
    for shown in (Recalled(), SentOther()):
        doubtful = lead(FIRST, Unconfirmed(0), shown).check_in
        assert lead(doubtful, TimerFired("re_ask", 0)).events == NOTHING_STALE


def test_a_second_doubt_about_one_turn_sets_no_second_timer() -> None:
    assert lead(FIRST, Unconfirmed(0), Unconfirmed(0)).events == ()


def test_evidence_ends_the_doubt() -> None:
    doubtful = lead(FIRST, Unconfirmed(0)).check_in
    delivered = lead(doubtful, Delivered(0)).check_in
    assert lead(delivered, TimerFired("re_ask", 0)).events == NOTHING_STALE
    answered = lead(doubtful, Typed("7")).check_in
    assert lead(answered, TimerFired("re_ask", 0)).events == NOTHING_STALE
    assert lead(answered, Unconfirmed(0)).events == NOTHING_STALE


@pytest.mark.parametrize("moved_by", [Typed("6"), WentBack(1)], ids=["answer", "back"])
def test_a_later_doubt_counts_after_an_earlier_one_was_settled(moved_by: Input) -> None:
    doubtful = lead(FIRST, Typed("7"), Unconfirmed(1)).check_in
    turn = lead(doubtful, moved_by, Unconfirmed(2))
    assert turn.events == (TimerSet("re_ask", NOW + timedelta(minutes=20), 2),)


def test_answers_stand_in_flow_order_when_a_changed_path_adds_an_earlier_one() -> None:
    flow = flow_of(HARD, KIND, TextStep("a", words("A?")), TextStep("b", words("B?")))
    at_b = lead(opened(flow).check_in, Typed("no"), Typed("x"), flow=flow).check_in
    turn = lead(at_b, WentBack(2), WentBack(3), Typed("yes"), Typed("work"), flow=flow)
    assert turn.check_in.at == "b"
    assert [a.step_id for a in turn.check_in.answers] == ["hard", "kind", "a"]


def test_a_recalled_question_is_shown_again_with_its_messages() -> None:
    turn = lead(HALF_WAY, Recalled())
    assert turn.check_in == HALF_WAY
    assert (asked(turn).occasion, asked(turn).prompt.lead) == ("recalled", ("Sorry.",))


def test_the_open_question_can_be_looked_at() -> None:
    assert prompt_of(FLOW, FIRST) == asked(opened()).prompt
    assert prompt_of(FLOW, HALF_WAY) == asked(lead(HALF_WAY, Recalled())).prompt
    assert prompt_of(FLOW, lead(FIRST, Withdrawn()).check_in) is None


def test_the_bot_may_say_when_an_uncertain_prompt_is_asked_once_more() -> None:
    again_at = NOW + 2 * HOUR
    assert TimerSet("re_ask", again_at, 0) in lead(FIRST, Unconfirmed(0, again_at)).events


def test_a_withdrawn_check_in_is_stopped() -> None:
    turn = lead(HALF_WAY, Withdrawn())
    assert turn.events == (TimersCleared(), CheckInStopped(HALF_WAY.answers))
    assert turn.check_in.status == "stopped"


def test_a_declined_operand_makes_a_condition_false() -> None:
    first = TextStep("a", words("A?"), optional=True)
    second = TextStep("b", words("B?"), condition=Condition('a != "x"', frozenset({"a"})))
    flow = flow_of(first, second)
    assert lead(opened(flow).check_in, Skipped(0), flow=flow).check_in.status == "finished"
    assert lead(opened(flow).check_in, Typed("y"), flow=flow).check_in.at == "b"


def test_a_condition_does_not_see_answers_off_the_path() -> None:
    only_if_hard = Condition("hard", frozenset({"hard"}))
    only_if_x = Condition('b == "x"', frozenset({"b"}))
    steps: tuple[Step, ...] = (
        HARD,
        TextStep("b", words("B?"), condition=only_if_hard),
        TextStep("c", words("C?"), condition=only_if_x),
        NOTE,
    )
    flow = flow_of(*steps)
    at_c = lead(opened(flow).check_in, Typed("yes"), Typed("x"), flow=flow).check_in
    assert at_c.at == "c"
    turn = lead(at_c, WentBack(2), WentBack(3), Typed("no"), flow=flow)
    assert turn.check_in.at == "note"


def test_a_check_in_is_only_resumed_in_its_own_version() -> None:
    edited = replace(FLOW, fingerprint="cd" * 32)
    with pytest.raises(WrongFlowError):
        resume(edited, FIRST, Typed("7"), now=NOW)
    with pytest.raises(WrongFlowError):
        prompt_of(edited, FIRST)


def test_a_flow_of_more_than_200_steps_is_not_started() -> None:
    steps = [MessageStep(f"m{i}", words("Hi.")) for i in range(201)]
    with pytest.raises(FlowTooLongError):
        start(flow_of(*steps), language="en", names=NAMES, now=NOW, seed=0)
    assert opened(flow_of(*steps[:200])).check_in.status == "finished"


def test_reprs_show_no_words_of_a_client() -> None:
    turn = lead(HALF_WAY, Typed("work"), Typed("canary"))
    assert "canary" not in repr(turn)
    assert "Weber" not in repr(turn)
    assert "canary" not in repr(Typed("canary"))


@pytest.mark.parametrize("typed", ["skip", "Weiter", "überspringen"])
def test_a_word_of_the_skip_button_skips_where_it_may_be_skipped(typed: str) -> None:
    optional = flow_of(TextStep("a", words("A?"), optional=True), TextStep("b", words("B?")))
    turn = lead(opened(optional).check_in, Typed(typed), flow=optional)
    assert turn.check_in.at == "b"
    assert [a.declined for a in turn.check_in.answers] == [True]


@pytest.mark.parametrize("typed", ["back", "Zurück"])
def test_a_word_of_the_back_button_goes_back(typed: str) -> None:
    turn = lead(FIRST, Typed("7"), Typed(typed))
    assert turn.check_in.at == FIRST.at


OWN_WORDS = flow_of(TextStep("a", words("A?")), TextStep("b", words("B?")))


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("skip", "no_skip"), ("Überspringen", "no_skip"), ("back", "no_back"), ("zurück", "no_back")],
)
def test_the_word_of_a_button_that_is_not_there_is_no_answer(typed: str, refusal: str) -> None:
    first = opened(OWN_WORDS).check_in
    turn = lead(first, Typed(typed), flow=OWN_WORDS)
    assert turn.check_in == first
    refused, again = turn.events
    assert isinstance(refused, AnswerRefused)
    assert (refused.refusal, again.occasion) == (refusal, "again")
    said = lead(first, Typed(f"I would {typed} it"), flow=OWN_WORDS)
    assert said.check_in.answer("a").value == f"I would {typed} it"


def test_words_under_a_picture_answer_where_own_words_are_asked() -> None:
    turn = lead(opened(OWN_WORDS).check_in, SentOther("our garden"), flow=OWN_WORDS)
    assert (turn.check_in.answer("a").value, turn.check_in.at) == ("our garden", "b")
    assert "garden" not in repr(SentOther("our garden"))
    (refused, _) = lead(FIRST, SentOther("7")).events
    assert refused.refusal == "wrong_kind"


def test_where_a_check_in_lapsed_is_known_afterwards() -> None:
    at_b = lead(opened(OWN_WORDS).check_in, Typed("one"), flow=OWN_WORDS)
    lapsed = lead(at_b.check_in, TimerFired("expire", 1), flow=OWN_WORDS).check_in
    left = left_at(OWN_WORDS, lapsed)
    assert left is not None and (left.step_id, left.text) == ("b", "B?")
    finished = lead(at_b.check_in, Typed("two"), flow=OWN_WORDS).check_in
    assert left_at(OWN_WORDS, finished) is None
    assert left_at(OWN_WORDS, lead(at_b.check_in, Withdrawn(), flow=OWN_WORDS).check_in) is None


def test_a_question_mark_shows_the_question_once_more() -> None:
    turn = lead(FIRST, Typed("?"))
    assert (turn.check_in, asked(turn).occasion) == (FIRST, "recalled")
