"""The hours between two times of day, and scores that leave out what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.scores import hours_between, score_of
from flows.kinds.spoken import in_hours
from flows.languages import Language
from flows.script import parse
from flows.script.flow import Flow
from flows.script.outline import outline
from flows.script.structure import TimeBetween

BETWEEN = TimeBetween("asleep", "bed", "up")
HEAD = """language = 1
id = "night"
title.en = "Night"
[schedule]
trigger = "on_request"
"""
TIMES = """[[step]]
id = "bed"
kind = "time"
ask.en = "Bed?"
[[step]]
id = "up"
kind = "time"
ask.en = "Up?"
[[step]]
id = "a"
kind = "scale"
min = 1
max = 5
low.en = "low"
high.en = "high"
ask.en = "A?"
"""
VALUE = """[[value]]
id = "asleep"
from = "bed"
to = "up"
"""


def flow_of(more: str) -> Flow:
    parsed = parse(HEAD + TIMES + VALUE + more, "night")
    assert parsed.flow is not None, [str(problem) for problem in parsed.problems]
    return parsed.flow


def codes(more: str, value: str = VALUE) -> list[str]:
    return [problem.code for problem in parse(HEAD + TIMES + value + more, "night").problems]


@pytest.mark.parametrize(
    ("bed", "up", "hours"),
    [
        ("22:00", "06:30", 8.5),
        ("00:30", "09:00", 8.5),
        ("13:00", "14:00", 1),
        ("06:00", "06:00", 0),
        ("06:01", "06:00", 23 + 59 / 60),
        (None, "06:00", None),
        ("23:00", None, None),
    ],
)
def test_hours_go_over_midnight(bed: str | None, up: str | None, hours: float | None) -> None:
    assert hours_between(BETWEEN, {"bed": bed, "up": up}) == hours


@given(st.times(), st.times())
def test_there_and_back_is_a_day_or_nothing(one: object, other: object) -> None:
    times = {"bed": f"{one:%H:%M}", "up": f"{other:%H:%M}"}
    there = hours_between(BETWEEN, times)
    back = hours_between(TimeBetween("x", "up", "bed"), times)
    assert there is not None and back is not None
    assert 0 <= there < 24
    assert round(there + back, 6) in (0, 24)


@pytest.mark.parametrize(
    ("hours", "language", "said"),
    [
        (8.5, "en", "8 hours 30 minutes"),
        (1, "en", "1 hour"),
        (0.25, "de", "15 Minuten"),
        (0, "de_du", "0 Minuten"),
        (7 + 20 / 60, "de", "7 Stunden 20 Minuten"),
    ],
)
def test_a_length_of_time_is_said_in_words(hours: float, language: Language, said: str) -> None:
    assert in_hours(hours, language) == said


def test_a_score_may_count_hours_and_turn_them_round() -> None:
    flow = flow_of('[[score]]\nid = "s"\nof = ["asleep", "a"]\nreversed = ["asleep"]\n')
    given_ = {"bed": "22:00", "up": "06:00", "a": 2}
    assert score_of(flow.scores[0], flow, given_) == 18
    assert score_of(flow.scores[0], flow, {**given_, "up": None}) is None


def test_what_is_left_out_counts_as_nothing_up_to_the_authors_limit() -> None:
    flow = flow_of(
        '[[score]]\nid = "s"\nof = ["asleep", "a"]\nmissing = "leave_out"\nmost_missing = 1\n'
        '[[score]]\nid = "m"\nof = ["asleep", "a"]\nmethod = "mean"\n'
        'missing = "leave_out"\nmost_missing = 1\n'
    )
    sum_, mean = flow.scores
    assert score_of(sum_, flow, {"a": 4}) == 4
    assert score_of(mean, flow, {"a": 4}) == 4
    assert score_of(sum_, flow, {"a": 4, "bed": "23:00", "up": "05:00"}) == 10
    assert score_of(mean, flow, {"a": 4, "bed": "23:00", "up": "05:00"}) == 5
    assert score_of(sum_, flow, {}) is None
    lines = outline(flow, Language("en"))
    assert any("asleep = the hours from bed to up" in line for line in lines)
    assert any("up to 1 missing items are left out" in line for line in lines)


def asked(condition: str) -> str:
    return f'[[step]]\nid = "last"\nkind = "text"\nwhen = "{condition}"\nask.en = "Last?"\n'


def test_comparisons_know_the_hours_of_a_day_and_what_a_partial_score_may_be() -> None:
    assert codes(asked("asleep < 6.5 && asleep >= 1")) == []
    assert codes(asked("asleep > 24")) == ["F053"]
    one = '[[score]]\nid = "s"\nof = ["asleep", "a"]\nmissing = "leave_out"\nmost_missing = 1\n'
    assert codes(asked("s < 1") + one) == []
    assert codes(asked("s < 0") + one) == ["F053"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (VALUE.replace('from = "bed"\n', ""), "F011"),
        (VALUE.replace('to = "up"\n', ""), "F011"),
        ('[[value]]\nid = "asleep"\n', "F011"),
        (VALUE + 'is = "a + 1"\n', "F016"),
        (VALUE.replace('"up"', '"upp"'), "F022"),
        (VALUE.replace('"up"', '"a"'), "F083"),
        (VALUE.replace('"up"', '"bed"'), "F083"),
    ],
)
def test_a_value_that_lasts_has_two_times(value: str, code: str) -> None:
    assert codes("", value) == [code]
