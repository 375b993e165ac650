"""Options in a drawn order, options that go alone, and many options."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.check_in import Names
from flows.engine.events import Prompt, PromptAsked, PromptChanged, Turn
from flows.engine.inputs import Confirmed, Input, Skipped, Tapped, Typed, WentBack
from flows.engine.state import from_json, to_json
from flows.engine.turn import prompt_of, resume, start
from flows.script import parse
from flows.script.flow import Flow

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
NAMES = ("calm", "sad", "tense", "glad", "tired")
HEAD = """language = 1
id = "drawn"
title.en = "Drawn"
[schedule]
trigger = "on_request"
[[step]]
id = "feelings"
optional = true
ask.en = "What was there?"
"""
TAIL = """
[[step]]
id = "after"
kind = "text"
optional = true
ask.en = "And then?"
"""


def flow_of(kind: str, options: str, more: str = "") -> Flow:
    text = f'{HEAD}kind = "{kind}"\n{more}options = [{options}]\n{TAIL}'
    parsed = parse(text, "drawn")
    assert parsed.flow is not None, [str(problem) for problem in parsed.problems]
    return parsed.flow


def listed(names: tuple[str, ...] = NAMES) -> str:
    return ", ".join(f'{{ id = "{name}", en = "{name.title()}" }}' for name in names)


NONE = '{ id = "none", en = "None of these", exclusive = true, last = true }'
DRAWN = flow_of("several", f"{listed()}, {NONE}", 'order = "random"\n')


def opened(flow: Flow, seed: int) -> Turn:
    return start(flow, language="en", names=Names(), now=NOW, seed=seed)


def asked(turn: Turn) -> Prompt:
    prompts = (PromptAsked, PromptChanged)
    return [event.prompt for event in turn.events if isinstance(event, prompts)][-1]


def go_on(flow: Flow, turn: Turn, *inputs: Input) -> Turn:
    for received in inputs:
        turn = resume(flow, from_json(to_json(turn.check_in)), received, now=NOW)
    return turn


@given(st.integers(0, 10_000))
def test_each_check_in_draws_an_order_and_keeps_it_and_the_last_stay_last(seed: int) -> None:
    turn = opened(DRAWN, seed)
    labels = asked(turn).choices
    assert sorted(labels) == sorted((*(name.title() for name in NAMES), "None of these"))
    assert labels[-1] == "None of these"
    again = prompt_of(DRAWN, from_json(to_json(turn.check_in)))
    assert again is not None and again.choices == labels
    assert asked(opened(DRAWN, seed)).choices == labels


def test_orders_differ_from_check_in_to_check_in() -> None:
    assert len({asked(opened(DRAWN, seed)).choices for seed in range(40)}) > 20


@given(st.integers(0, 10_000), st.sets(st.integers(0, 4), min_size=1))
def test_what_is_ticked_is_what_is_kept_in_the_authors_order(seed: int, places: set[int]) -> None:
    turn = opened(DRAWN, seed)
    labels = asked(turn).choices
    ended = go_on(DRAWN, turn, *(Tapped(0, place) for place in places), Confirmed(0))
    kept = ended.check_in.answer("feelings")
    wanted = {labels[place].lower() for place in places}
    assert kept is not None and kept.value == tuple(name for name in NAMES if name in wanted)
    back = go_on(DRAWN, ended, WentBack(1))
    assert set(asked(back).picked) == places
    typed = go_on(DRAWN, turn, Typed(", ".join(str(place + 1) for place in places)))
    assert typed.check_in.answers[0].value == kept.value


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_a_choice_in_a_drawn_order_is_what_its_button_says(seed: int, place: int) -> None:
    flow = flow_of("choice", listed(), 'order = "random"\n')
    turn = opened(flow, seed)
    wanted = asked(turn).choices[place].lower()
    for received in (Tapped(0, place), Typed(str(place + 1)), Typed(wanted)):
        assert go_on(flow, turn, received).check_in.answers[0].value == wanted


def test_a_state_without_a_drawn_order_shows_the_authors() -> None:
    from dataclasses import replace

    before = replace(opened(DRAWN, 3).check_in, drawn=())
    prompt = prompt_of(DRAWN, before)
    assert prompt is not None
    assert prompt.choices[:5] == tuple(name.title() for name in NAMES)


def test_what_goes_alone_unticks_the_others_and_is_unticked_by_them() -> None:
    flow = flow_of("several", f"{listed()}, {NONE.replace(', last = true', '')}", "min = 2\n")
    turn = go_on(flow, opened(flow, 1), Tapped(0, 0), Tapped(0, 2))
    assert asked(turn).picked == (0, 2)
    alone = go_on(flow, turn, Tapped(0, 5))
    assert asked(alone).picked == (5,)
    assert asked(alone).can_finish
    assert go_on(flow, alone, Confirmed(0)).check_in.answers[0].value == ("none",)
    assert asked(go_on(flow, alone, Tapped(0, 1))).picked == (1,)
    assert asked(go_on(flow, alone, Tapped(0, 5))).picked == ()
    both = go_on(flow, turn, Typed("Calm, none of these"))
    assert both.check_in.answers == ()
    assert go_on(flow, turn, Typed("nothing")).check_in.answers[0].value == ("none",)


@pytest.mark.parametrize(
    ("kind", "options", "more", "code"),
    [
        ("choice", f"{listed()}, {NONE.replace(', last = true', '')}", "", "F016"),
        ("several", f"{listed()}, {NONE}", "", "F016"),
        ("several", listed(), 'order = "alphabetical"\n', "F012"),
        ("choice", listed(tuple(f"n{n}" for n in range(31))), "", "F082"),
        ("choice", listed((*(f"n{n}" for n in range(10)), "n" * 21)), "", "F080"),
    ],
)
def test_what_has_no_effect_or_no_room_is_said(
    kind: str, options: str, more: str, code: str
) -> None:
    problems = parse(f'{HEAD}kind = "{kind}"\n{more}options = [{options}]\n{TAIL}', "x").problems
    assert [problem.code for problem in problems] == [code]


def test_thirty_options_may_be_offered() -> None:
    flow = flow_of("choice", listed(tuple(f"o{n}" for n in range(30))))
    assert len(asked(opened(flow, 1)).choices) == 30
    assert go_on(flow, opened(flow, 1), Typed("30")).check_in.answers[0].value == "o29"
    assert go_on(flow, opened(flow, 1), Skipped(0)).check_in.at == "after"
