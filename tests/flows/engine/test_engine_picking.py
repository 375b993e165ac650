"""Several options at once: ticking, done, and what is refused. And "rather not say"."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine_sample import HARD, MOOD, NOTE, PICKS, asked, flow_of, kinds, lead, opened, when, words

from flows.engine.events import (
    AnswerAccepted,
    AnswerRefused,
    NothingDone,
    Prompt,
    PromptAsked,
    PromptChanged,
    Turn,
)
from flows.engine.inputs import (
    Confirmed,
    Input,
    Recalled,
    Skipped,
    Tapped,
    TimerFired,
    Typed,
    Unconfirmed,
    WentBack,
    Withheld,
)
from flows.kinds.text import TextStep

NEXT = TextStep("next", words("So {picks}?"))
FLOW = flow_of(PICKS, NEXT)
FIRST = opened(FLOW).check_in
STALE = (NothingDone("stale"),)


def led(*received: Input) -> Turn:
    return lead(FIRST, *received, flow=FLOW)


def changed(turn: Turn) -> Prompt:
    (event,) = turn.events
    assert isinstance(event, PromptChanged)
    return event.prompt


def test_a_tap_ticks_and_a_second_one_unticks() -> None:
    ticked = changed(led(Tapped(0, 2)))
    assert (ticked.picked, ticked.can_finish, ticked.turn_no) == ((2,), True, 0)
    assert changed(led(Tapped(0, 2), Tapped(0, 0))).picked == (0, 2)
    assert changed(led(Tapped(0, 2), Tapped(0, 0), Tapped(0, 2))).picked == (0,)
    none = changed(led(Tapped(0, 2), Tapped(0, 2)))
    assert (none.picked, none.can_finish) == ((), False)


def test_the_changed_prompt_is_the_one_shown() -> None:
    shown = asked(opened(FLOW)).prompt
    assert changed(led(Tapped(0, 1))) == replace(shown, picked=(1,), can_finish=True)


def test_a_tick_is_no_answer_and_starts_no_turn() -> None:
    turn = led(Tapped(0, 1))
    assert turn.check_in == replace(FIRST, picked=(1,))


def test_done_takes_what_is_ticked() -> None:
    turn = led(Tapped(0, 2), Tapped(0, 0), Confirmed(0))
    accepted = turn.events[0]
    assert isinstance(accepted, AnswerAccepted)
    assert accepted.answer.value == ("calm", "sad")
    assert (accepted.shown, accepted.by_tap) == ("Calm and Sad", True)
    assert (turn.check_in.at, turn.check_in.picked) == ("next", ())
    assert asked(turn).prompt.text == "So Calm and Sad?"


@pytest.mark.parametrize(
    ("taps", "refusal"), [((), "too_few"), ((0, 1, 2), "too_many")], ids=["few", "many"]
)
def test_too_few_or_too_many_are_refused_and_the_ticks_stay(
    taps: tuple[int, ...], refusal: str
) -> None:
    ticked = led(*(Tapped(0, place) for place in taps)).check_in
    turn = lead(ticked, Confirmed(0), flow=FLOW)
    assert turn.events[0] == AnswerRefused(PICKS, refusal)
    assert turn.check_in == ticked
    assert (asked(turn).occasion, asked(turn).prompt.picked) == ("again", taps)
    assert not asked(turn).prompt.can_finish


def test_there_is_no_such_option() -> None:
    assert led(Tapped(0, 3)).events[0] == AnswerRefused(PICKS, "not_an_option")


def test_what_is_typed_is_the_whole_answer_whatever_is_ticked() -> None:
    turn = led(Tapped(0, 0), Typed("sad"))
    assert turn.check_in.answer("picks").value == ("sad",)
    assert not turn.events[0].by_tap


def test_going_back_opens_with_the_ticks_of_the_kept_answer() -> None:
    turn = led(Typed("1, 3"), WentBack(1))
    prompt = asked(turn).prompt
    assert (prompt.picked, prompt.can_finish, prompt.given) == ((0, 2), True, "Calm and Sad")
    again = lead(turn.check_in, Tapped(2, 0), Confirmed(2), flow=FLOW)
    assert again.check_in.answer("picks").value == ("sad",)


def test_ticks_survive_being_shown_again() -> None:
    ticked = led(Tapped(0, 1)).check_in
    for received in (Recalled(), TimerFired("remind", 0)):
        assert asked(lead(ticked, received, flow=FLOW)).prompt.picked == (1,)


def test_a_tick_proves_that_the_prompt_arrived() -> None:
    turn = led(Unconfirmed(0), Tapped(0, 1))
    assert lead(turn.check_in, TimerFired("re_ask", 0), flow=FLOW).events == STALE


@pytest.mark.parametrize("received", [Confirmed(1), Confirmed(-1), Withheld(1)], ids=repr)
def test_buttons_of_another_turn_are_stale(received: Input) -> None:
    assert led(received).events == STALE


def test_done_belongs_to_several_and_withholding_to_those_who_offer_it() -> None:
    flow = flow_of(MOOD)
    assert lead(opened(flow).check_in, Confirmed(0), flow=flow).events == STALE
    assert lead(opened(flow).check_in, Withheld(0), flow=flow).events == STALE


def test_rather_not_say_is_an_answer_of_its_own() -> None:
    turn = led(Withheld(0))
    accepted = turn.events[0]
    assert isinstance(accepted, AnswerAccepted)
    assert (accepted.answer.value, accepted.answer.declined) == ("rather_not_say", False)
    assert accepted.shown == "Rather not say"
    assert asked(turn).prompt.text == "So …?"
    assert asked(lead(turn.check_in, WentBack(1), flow=FLOW)).prompt.given == "Rather not say"


def test_only_who_offers_it_has_the_button() -> None:
    assert asked(opened(FLOW)).prompt.can_withhold
    assert not asked(led(Withheld(0))).prompt.can_withhold


def test_it_may_be_typed_except_where_words_are_asked() -> None:
    assert led(Typed("rather not say")).check_in.answer("picks").value == "rather_not_say"
    flow = flow_of(replace(NOTE, rather_not_say=True))
    turn = lead(opened(flow).check_in, Typed("Rather not say"), flow=flow)
    assert turn.check_in.answer("note").value == "Rather not say"


def test_conditions_tell_withheld_from_skipped() -> None:
    hard = replace(HARD, optional=True, rather_not_say=True)
    follow = [
        TextStep("w", words("W"), condition=when("hard.withheld")),
        TextStep("d", words("D"), condition=when("hard.declined")),
        TextStep("a", words("A"), condition=when("hard.answered")),
        TextStep("n", words("N"), condition=when("!hard")),
    ]
    flow = flow_of(hard, *follow)
    first = opened(flow).check_in
    assert lead(first, Withheld(0), flow=flow).check_in.at == "w"
    assert lead(first, Withheld(0), Typed("x"), flow=flow).check_in.at == "d"
    assert lead(first, Withheld(0), Typed("x"), Typed("x"), flow=flow).check_in.at is None
    assert lead(first, Skipped(0), flow=flow).check_in.at == "d"
    assert lead(first, Typed("no"), Typed("x"), flow=flow).check_in.at == "n"


def test_a_list_can_be_looked_into() -> None:
    sad = TextStep("sad", words("Sad?"), condition=when('"sad" in picks'))
    flow = flow_of(PICKS, sad)
    assert lead(opened(flow).check_in, Typed("3"), flow=flow).check_in.at == "sad"
    assert lead(opened(flow).check_in, Typed("1"), flow=flow).check_in.at is None


def test_the_events_of_a_tick_are_nothing_else() -> None:
    assert kinds(led(Tapped(0, 0))) == [PromptChanged]
    assert PromptAsked in kinds(led(Tapped(0, 0), Confirmed(0)))
