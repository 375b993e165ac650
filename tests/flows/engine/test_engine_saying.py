"""Reflections, drawn wordings, and what is known from before in texts and conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from engine_sample import (
    HARD,
    MOOD,
    NAMES,
    NOTE,
    NOW,
    OFTEN,
    PICKS,
    SCHEDULE,
    asked,
    flow_of,
    lead,
    opened,
    path,
    when,
    words,
)

from flows.engine.check_in import Names
from flows.engine.cut import length
from flows.engine.events import TimerSet
from flows.engine.inputs import (
    Delivered,
    Recalled,
    Skipped,
    TimerFired,
    Typed,
    Unconfirmed,
    WentBack,
)
from flows.engine.turn import prompt_of, start
from flows.kinds.choice import ChoiceStep
from flows.kinds.date import DateStep
from flows.kinds.message import MessageStep
from flows.kinds.step import Option, Reflection
from flows.kinds.text import TextStep

REFLECTING = replace(
    MOOD,
    optional=True,
    reflections=(
        Reflection(words("That sounds hard."), when("mood <= 3")),
        Reflection(words("You would rather not."), when("mood.declined")),
        Reflection(words("{mood} it is.")),
    ),
)
BRIDGE = MessageStep("bridge", words("Something else."))
FLOW = flow_of(REFLECTING, BRIDGE, NOTE)
FIRST = opened(FLOW).check_in


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (Typed("2"), "That sounds hard."),
        (Typed("9"), "9 it is."),
        (Skipped(0), "You would rather not."),
    ],
    ids=["low", "high", "skipped"],
)
def test_a_reflection_leads_the_next_prompt(received, said: str) -> None:
    assert asked(lead(FIRST, received, flow=FLOW)).prompt.lead == (said, "Something else.")


def test_without_a_condition_it_wants_a_real_answer() -> None:
    step = replace(NOTE, reflections=(Reflection(words("Thank you for the words.")),))
    flow = flow_of(step)
    assert lead(opened(flow).check_in, Skipped(0), flow=flow).events[-1].closing == ()
    ended = lead(opened(flow).check_in, Typed("x"), flow=flow).events[-1]
    assert ended.closing == ("Thank you for the words.",)


def test_it_is_said_once_unless_the_prompt_may_not_have_arrived() -> None:
    turn = lead(FIRST, Typed("2"), flow=FLOW)
    full = ("That sounds hard.", "Something else.")
    assert asked(lead(turn.check_in, Typed("\u200b"), flow=FLOW)).prompt.lead == ()
    assert asked(lead(turn.check_in, Recalled(), flow=FLOW)).prompt.lead == full
    uncertain = lead(turn.check_in, Unconfirmed(1), TimerFired("re_ask", 1), flow=FLOW)
    assert asked(uncertain).prompt.lead == full
    assert prompt_of(FLOW, turn.check_in).lead == full


def test_after_going_back_it_is_said_only_with_the_new_answer() -> None:
    back = lead(FIRST, Typed("2"), WentBack(1), flow=FLOW)
    assert asked(back).prompt.lead == ()
    assert asked(lead(back.check_in, Recalled(), flow=FLOW)).prompt.lead == ()
    assert asked(lead(back.check_in, Typed("8"), flow=FLOW)).prompt.lead == ("8 it is.",)


def test_going_back_past_kept_answers_does_not_reflect_again() -> None:
    flow = flow_of(REFLECTING, HARD, NOTE)
    at_note = lead(opened(flow).check_in, Typed("2"), Typed("no"), flow=flow).check_in
    again = lead(at_note, WentBack(2), WentBack(3), Typed("1"), flow=flow)
    assert (again.check_in.at, asked(again).prompt.lead) == ("note", ("That sounds hard.",))
    assert asked(lead(again.check_in, WentBack(5), flow=flow)).prompt.lead == ()


def test_messages_that_are_said_again_keep_their_order() -> None:
    flow = flow_of(HARD, BRIDGE, MessageStep("then", words("And then.")), NOTE)
    turn = lead(opened(flow).check_in, Typed("no"), Recalled(), flow=flow)
    assert asked(turn).prompt.lead == ("Something else.", "And then.")


def test_a_mean_is_a_number_also_where_each_value_has_a_label() -> None:
    names = Names(past=(("often.mean3", 1), ("often.last", 1)))
    text = TextStep("t", words("{past.often.mean3} {past.often.last}"))
    flow = flow_of(text, replace(OFTEN, measures="often"))
    assert asked(opened(flow, names=names)).prompt.text == "1 Some"


def test_a_step_says_one_of_its_wordings_drawn_from_the_seed() -> None:
    step = replace(NOTE, ask=words("A?"), wordings=(words("B?"), words("C?")))
    flow = flow_of(step)
    drawn = {seed: asked(opened(flow, seed=seed)).prompt.text for seed in range(40)}
    assert set(drawn.values()) == {"A?", "B?", "C?"}
    for seed, text in drawn.items():
        check_in = opened(flow, seed=seed).check_in
        assert asked(lead(check_in, Recalled(), flow=flow)).prompt.text == text


CHOICE = ChoiceStep("how", words("How?"), options=(Option("low", words("So so")),), measures="week")
BEFORE = Names(
    past=(("week.last", "low"), ("sleep.mean3", 20 / 3), ("words.first", "{day} {{x}}")),
    goals=("Sleep", "{day}", "Call Mum"),
    topics=("The move",),
)


def said(text: str, names: Names = BEFORE) -> str:
    return asked(opened(flow_of(TextStep("t", words(text)), CHOICE), names=names)).prompt.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{past.week.last}", "So so"),
        ("{past.sleep.mean3}", "6.67"),
        ("{past.words.first}", "{day} {{x}}"),
        ("{past.week.first}", "…"),
        ("{goals}", "Sleep, {day} and Call Mum"),
        ("{topics}", "The move"),
        ("{each}", "…"),
    ],
)
def test_what_is_known_from_before_is_said(text: str, expected: str) -> None:
    assert said(text) == expected


def test_without_goals_an_ellipsis_stands() -> None:
    assert said("{goals} {topics}", NAMES) == "… …"


def test_lists_are_joined_in_the_clients_language() -> None:
    flow = flow_of(TextStep("t", words("{goals} {past.sleep.mean3}")))
    turn = start(flow, language="de_du", names=BEFORE, now=NOW, seed=0)
    assert asked(turn).prompt.text == "Sleep, {day} und Call Mum 6,67"


def test_conditions_see_the_past() -> None:
    low = TextStep("low", words("?"), condition=when('past.week.last == "low"'))
    less = TextStep("less", words("?"), condition=when("past.sleep.mean3 < mood"))
    flow = flow_of(MOOD, low, less)
    assert path(flow, "7", "x", names=BEFORE) == ["mood", "low", "less"]
    assert path(flow, "7", names=NAMES) == ["mood", None]


def test_what_is_put_in_breaks_no_limit() -> None:
    long = Names(
        goals=tuple("🙂" * 500 for _ in range(30)),
        topics=("x" * 9000,),
        past=(("week.last", "y" * 9000),),
    )
    text = words("{goals} {topics} {past.week.last} " * 60)
    flow = flow_of(MessageStep("m", text), replace(NOTE, ask=text, help=text))
    prompt = asked(opened(flow, names=long)).prompt
    assert sum(map(length, (prompt.text, prompt.help or "", *prompt.lead))) <= 3500


def test_today_is_the_clients_own() -> None:
    flow = flow_of(DateStep("on", words("When?"), latest=0))
    late = NOW.replace(hour=23, minute=30)
    for zone, day in (("Asia/Tokyo", "2026-11-26"), ("America/New_York", "2026-11-25")):
        check_in = opened(flow, names=Names(zone=zone)).check_in
        turn = lead(check_in, Typed("today"), flow=flow, now=late)
        assert turn.check_in.answer("on").value == day


HOUR = timedelta(hours=1)
STARTED = replace(SCHEDULE, expires_started=5 * HOUR, expires_idle=3 * HOUR)
SLOW = flow_of(HARD, PICKS, NOTE, schedule=STARTED)


def lapse(turn) -> timedelta:
    (timer,) = [e for e in turn.events if isinstance(e, TimerSet) and e.kind == "expire"]
    return timer.due_at - NOW


def test_a_started_check_in_lapses_at_the_earlier_of_idle_and_open_for_too_long() -> None:
    sent = lead(opened(SLOW).check_in, Delivered(0), flow=SLOW, now=NOW)
    assert lapse(sent) == 48 * HOUR
    first = lead(sent.check_in, Typed("no"), flow=SLOW, now=NOW + HOUR)
    assert lapse(first) == 4 * HOUR
    second = lead(first.check_in, Typed("sad"), flow=SLOW, now=NOW + 3 * HOUR)
    assert lapse(second) == 5 * HOUR


def test_an_answer_after_that_time_is_kept_and_lapses_at_once() -> None:
    sent = lead(opened(SLOW).check_in, Delivered(0), flow=SLOW, now=NOW)
    late = lead(sent.check_in, Typed("no"), flow=SLOW, now=NOW + 7 * HOUR)
    assert late.check_in.answer("hard").value is False
    assert lapse(late) == 7 * HOUR
