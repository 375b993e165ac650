"""Series of a client's own numbers, and where most of them lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.engine.check_in import Answer, CheckIn, Names
from flows.engine.looking_back import kept_in
from flows.engine.own_numbers import a_few_of_each, series_in, usual_span
from flows.kinds.kind import Value
from flows.languages import Language
from flows.script import parse
from flows.script.flow import Flow
from tests.support.house import MONDAY

FLOW = """
language = 1
id = "{id}"
title.en = "T"
title.de = "T"
[schedule]
trigger = "on_request"
"""
SCALE = """
[[step]]
id = "{id}"
kind = "scale"
min = 0
max = {most}
low.en = "low"
low.de = "tief"
high.en = "high"
high.de = "hoch"
ask.en = "{ask}"
ask.de = "{ask}"
ask.de_du = "{ask}"
"""


def flow_of(name: str, *steps: str) -> Flow:
    """A flow with these steps."""
    text = FLOW.replace("{id}", name) + "".join(steps)
    parsed = parse(text, name)
    assert parsed.flow is not None, parsed
    return parsed.flow


def scale(name: str, most: int = 10, ask: str = "How?") -> str:
    """A step with that name."""
    return SCALE.replace("{id}", name).replace("{most}", str(most)).replace("{ask}", ask)


def given(flow: Flow, days: int, **values: Value | None) -> tuple[Flow, CheckIn]:
    """A check-in in which these answers were given."""
    at = MONDAY + timedelta(days=days)
    answers = tuple(
        Answer(step, value, at + timedelta(minutes=minute))
        for minute, (step, value) in enumerate(values.items())
    )
    return flow, CheckIn(flow.id, flow.id, Language("en"), Names(), 1, at, answers=answers)


@pytest.mark.parametrize(
    ("values", "usual"),
    [
        ([5, 6], None),
        ([5, 6, 9], (5, 9)),
        ([1, 5, 6, 6, 9], (1, 9)),
        ([1, 5, 6, 6, 7, 9], (5, 7)),
        ([0, 1, 5, 5, 5, 6, 6, 6, 7, 7, 9, 10], (5, 7)),
        ([10, 10, 10], (10, 10)),
    ],
)
def test_usual_is_where_most_lie(values: list[float], usual: tuple[float, float] | None) -> None:
    assert usual_span(values) == usual
    assert usual_span(values[::-1]) == usual
    if usual is not None:
        inside = [value for value in values if usual[0] <= value <= usual[1]]
        assert 3 * len(inside) >= 2 * len(values)


def test_the_newest_answer_is_no_part_of_what_is_usual() -> None:
    flow = flow_of("a", scale("x"))
    (series,) = series_in(
        [given(flow, day, x=n) for day, n in enumerate((6, 7, 8, 0))], since=MONDAY
    )
    assert series.usual == (6, 8)
    assert [number.value for number in series.numbers] == [6, 7, 8, 0]
    assert series.newest.question == "How?"


def test_only_numbers_since_then_are_counted() -> None:
    flow = flow_of("a", scale("x"))
    early, late = given(flow, 0, x=3), given(flow, 1, x=4)
    left_out = given(flow, 2, x=None)
    (series,) = series_in([late, left_out, early], since=MONDAY + timedelta(days=1))
    assert [number.value for number in series.numbers] == [4]
    assert series_in([left_out], since=MONDAY) == []


def test_another_scale_is_another_series() -> None:
    before, after = flow_of("a", scale("x", 5)), flow_of("a", scale("x", 10))
    found = series_in([given(before, 0, x=5), given(after, 1, x=5)], since=MONDAY)
    assert sorted(series.most for series in found) == [5, 10]


def test_one_of_each_flow_in_turn() -> None:
    long = flow_of("long", *(scale(f"x{n}", ask=f"X{n}") for n in range(4)))
    short = flow_of("short", scale("y", ask="Y"))
    rounds = [given(long, day, x0=1, x1=1, x2=1, x3=1) for day in range(3)]
    found = series_in([*rounds, given(short, 1, y=1)], since=MONDAY)
    assert len(found) == 5
    chosen = [series.newest.question for series in a_few_of_each(found, 3)]
    assert chosen == ["X0", "Y", "X1"]


GOALS = """
[[block]]
id = "each_goal"
steps = ["x"]
repeat = "goals"
"""


def test_what_a_round_is_about_parts_its_numbers() -> None:
    flow = flow_of("a", scale("x", ask="{each}?"), GOALS)
    rounds = []
    for day, goal in enumerate(("sleep", "sleep", "the garden")):
        flow, check_in = given(flow, day, **{"x@g1": day})
        rounds.append((flow, replace(check_in, names=Names(goals=(goal,)))))
    found = series_in(rounds, since=MONDAY)
    told = [(series.newest.question, len(series.numbers)) for series in found]
    assert told == [("sleep?", 2), ("the garden?", 1)]


def test_everything_that_is_kept_has_its_question_as_it_was_read() -> None:
    flow = flow_of("a", scale("x", ask="{each}?"), GOALS, scale("y", ask="And?"), scale("z"))
    flow, check_in = given(flow, 0, **{"x@g1": 3, "y": None, "z": 0})
    check_in = replace(check_in, names=Names(goals=("sleep",)))
    told = [(each.question, each.shown) for each in kept_in(flow, check_in)]
    assert told == [("sleep?", "3"), ("And?", ""), ("How?", "0")]
