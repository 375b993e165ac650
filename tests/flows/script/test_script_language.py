"""The whole language: what each construct becomes, and what is refused where."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from whole_language import WHOLE

from flows.kinds.date import DateStep
from flows.kinds.scale import ScaleStep
from flows.kinds.several import SeveralStep
from flows.kinds.step import END, Jump, Reflection
from flows.kinds.text import TextStep
from flows.kinds.time import TimeStep
from flows.schedule.trigger import Trigger
from flows.script import (
    Band,
    Block,
    Computed,
    Condition,
    Flow,
    Needs,
    Past,
    Score,
    Words,
    evaluate,
    holds,
    parse,
)
from flows.script.structure import Draw, Loop, Repeat, Shuffle
from flows.triggers.after_flag import AfterFlag
from flows.triggers.after_flow import AfterFlow
from flows.triggers.before_therapy_session import BeforeTherapySession
from flows.triggers.daily import Daily
from flows.triggers.every import Every
from flows.triggers.on_request import OnRequest
from flows.triggers.random import RandomTimes


def sound(text: str) -> Flow:
    parsed = parse(text, "x")
    assert [str(problem) for problem in parsed.problems] == []
    assert parsed.flow is not None
    return parsed.flow


def english(text: str, neutral: bool = False) -> Words:
    return Words((("en", text),), neutral)


def test_a_flow_with_every_construct_is_sound() -> None:
    flow = sound(WHOLE)
    assert (flow.priority, flow.default, flow.languages) == (2, True, ("en",))
    schedule = flow.schedule
    assert schedule.trigger == RandomTimes(time(10), time(18), 2, timedelta(hours=3), (0, 1))
    assert (schedule.starts, schedule.ends) == (timedelta(days=14), timedelta(days=90))
    assert schedule.expires_started == timedelta(hours=36)


def test_kinds_carry_their_bounds() -> None:
    flow = sound(WHOLE)
    feelings, about, q1 = flow.step("feelings"), flow.step("about"), flow.step("q1")
    assert isinstance(feelings, SeveralStep)
    assert (feelings.min, feelings.max, feelings.rather_not_say) == (1, 2, True)
    assert isinstance(about, TextStep)
    assert (about.min_length, about.max_length) == (3, 300)
    assert isinstance(q1, ScaleStep)
    assert [value for value, _ in q1.labels] == [0, 1, 2, 3]
    assert q1.labels[3][1].say("en") == "every"
    woke, walk = flow.step("woke"), flow.step("walk")
    assert isinstance(woke, TimeStep)
    assert (woke.earliest, woke.latest) == (time(4), time(12))
    assert isinstance(walk, DateStep)
    assert (walk.earliest, walk.latest) == (-30, 2)
    assert flow.step("hello").wordings == (english("Good to see you."),)


def test_several_takes_none_to_all_unless_it_is_said() -> None:
    feelings = sound(WHOLE.replace("min = 1\nmax = 2\n", "")).step("feelings")
    assert isinstance(feelings, SeveralStep)
    assert (feelings.min, feelings.max) == (0, 3)


def test_replies_and_jumps_have_conditions() -> None:
    flow = sound(WHOLE)
    first, second = flow.step("feelings").reflections
    assert first.say == english("That sounds like a lot.")
    assert first.condition is not None
    assert holds(first.condition, {"feelings": ("calm", "sad")})
    assert not holds(first.condition, {"feelings": ("calm",)})
    assert isinstance(second, Reflection)
    assert second.condition is not None
    assert second.condition.names == {"feelings"}
    jump, always = flow.step("walk").jumps
    assert jump.to == END
    assert jump.condition is not None
    assert jump.condition.names == {"total", "past.week.mean3"}
    assert always == Jump("joke")


def test_blocks_values_and_scores_are_kept_in_order() -> None:
    flow = sound(WHOLE)
    assert flow.blocks == (
        Block("each_feeling", ("about",), Repeat("feelings")),
        Block("notes", ("note", "more"), Loop(Condition("more", frozenset({"more"})), 3)),
        Block("fun", ("joke", "riddle"), Draw(1)),
    )
    assert flow.values == (
        Computed("half", "total / 2", frozenset({"total"})),
        Computed("low_week", "half < 2", frozenset({"half"})),
    )
    bands = (Band(0, english("dark", True)), Band(3.5, english("bright", True)))
    total = Score("total", ("q1", "q2"), "sum", ("q2",), "mean", 1, "light", bands)
    assert flow.scores == (replace(total, risk_at_most=0.5),)


def test_a_shuffled_block_over_independent_steps() -> None:
    block = '[[block]]\nid = "mixed"\nsteps = ["q1", "q2"]\norder = "random"\n'
    assert Block("mixed", ("q1", "q2"), Shuffle()) in sound(WHOLE + block).blocks


def test_the_needs_of_a_flow_are_what_it_mentions() -> None:
    assert sound(WHOLE).needs == Needs(
        frozenset({Past("week", "mean", 3), Past("week", "last")}), goals=True, topics=True
    )
    assert sound(PLAIN).needs == Needs()
    goal = '[[step]]\nid = "goal"\nkind = "text"\nask.en = "?"\n'
    repeated = '[[block]]\nid = "g"\nsteps = ["goal"]\nrepeat = "goals"\n'
    assert sound(PLAIN + goal + repeated).needs == Needs(goals=True)


PLAIN = """language = 1
id = "plain"
title.en = "Plain"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
[[step]]
id = "mood"
kind = "scale"
min = 0
max = 10
low.en = "low"
high.en = "high"
ask.en = "?"
"""
WEEKLY = 'trigger = "weekly"\ndays = ["wed"]\nat = "18:00"'

TRIGGERS: list[tuple[str, Trigger]] = [
    ('trigger = "daily"\nat = "20:00"', Daily(time(20))),
    ('trigger = "every"\nevery = 3\nat = "19:00"', Every(3, time(19))),
    ('trigger = "random"\nbetween = ["10:00", "12:00"]', RandomTimes(
        time(10), time(12), 1, timedelta(hours=2), (0, 1, 2, 3, 4, 5, 6))),
    ('trigger = "before_therapy_session"\nbefore = "24h"', BeforeTherapySession(timedelta(1))),
    ('trigger = "after_flow"\nflow = "goals"\nafter = "7d"', AfterFlow("goals", timedelta(7))),
    ('trigger = "after_flag"\non = "talked"\nafter = "1d"', AfterFlag("talked", timedelta(1))),
    ('trigger = "after_flag"\non = "said_so"\nafter = "0h"', AfterFlag("said_so", timedelta(0))),
    ('trigger = "on_request"', OnRequest()),
]  # fmt: skip


@pytest.mark.parametrize(("written", "trigger"), TRIGGERS)
def test_every_trigger_is_read(written: str, trigger: Trigger) -> None:
    schedule = sound(PLAIN.replace(WEEKLY, written)).schedule
    assert schedule.trigger == trigger
    assert schedule.on_request == isinstance(trigger, OnRequest)


SCHEDULES = [
    ('trigger = "daily"\nat = "20:00"\ndays = ["mon"]', "F016"),
    ('trigger = "every"\nat = "20:00"', "F011"),
    ('trigger = "every"\nevery = 0\nat = "20:00"', "F070"),
    ('trigger = "random"\nbetween = ["10:00"]', "F082"),
    ('trigger = "random"\nbetween = ["10:00", "9:00"]', "F061"),
    ('trigger = "random"\nbetween = ["10:00", "10:00"]', "F069"),
    ('trigger = "random"\nbetween = ["19:00", "20:00"]\nper_day = 2', "F069"),
    ('trigger = "random"\nbetween = ["20:00", "01:00"]', "F101"),  # over midnight
    ('trigger = "random"\nbetween = ["19:00", "07:00"]\nper_day = 3', "F101"),  # two fit
    ('trigger = "random"\nbetween = ["05:00", "07:30"]', "F102"),
    ('trigger = "random"\nbetween = ["22:00", "07:30"]', "F102"),
    (WEEKLY.replace("18:00", "22:00"), "F101"),
    (WEEKLY.replace("18:00", "22:00") + '\nwindow = "10h"', "F102"),
    ('trigger = "daily"\nat = "03:00"\nwindow = "6h"', "F101"),
    ('trigger = "every"\nevery = 2\nat = "07:59"\nwindow = "5m"', "F101"),
    (WEEKLY + '\nremind = ["4h"]', "F101"),
    (WEEKLY + '\nremind = ["4h"]\nexpires.unstarted = "14h"', "F102"),
    ('trigger = "random"\nbetween = ["10:00", "12:00"]\nper_day = 7\ngap = "5m"', "F070"),
    ('trigger = "after_flag"\non = "talkd"\nafter = "1d"', "F070"),
    ('trigger = "after_flow"\nafter = "1d"', "F011"),
    ('trigger = "on_request"\nafter = "1d"', "F016"),
    (WEEKLY + '\nstarts = "soon"', "F060"),
    (WEEKLY + '\nexpires.started = "2h"', "F065"),
    (WEEKLY + '\nremind = ["6h"]\nexpires.unstarted = "6h"', "F063"),
]


@pytest.mark.parametrize(("written", "code"), SCHEDULES)
def test_a_schedule_that_cannot_be_is_reported(written: str, code: str) -> None:
    found = parse(PLAIN.replace(WEEKLY, written), "x").problems
    assert [problem.code for problem in found] == [code]


REFUSED = [
    ("to = \"joke\"", "to = \"walk\"", "F072"),
    ("to = \"joke\"", "to = \"feelings\"", "F072"),
    ("to = \"joke\"", "to = \"riddle\"", "F072"),
    ("to = \"joke\"", "to = \"jok\"", "F022"),
    ("to = \"joke\"", "to = \"last\"", "F073"),
    ("repeat = \"feelings\"", "repeat = \"last\"", "F076"),
    ("repeat = \"feelings\"", "repeat = \"felings\"", "F022"),
    ("repeat = \"feelings\"", "order = \"alphabet\"", "F075"),
    ("repeat = \"feelings\"", "repeat = \"goals\"\ndraw = 1", "F075"),
    ("steps = [\"note\", \"more\"]", "steps = [\"note\", \"q1\"]", "F075"),
    ("steps = [\"note\", \"more\"]", "steps = [\"about\", \"note\", \"more\"]", "F075"),
    ("steps = [\"note\", \"more\"]", "steps = [\"note\", \"more\", \"fun\"]", "F075"),
    ("most = 3", "most = 0", "F077"),
    ("again_while = \"more\"", "again_while = \"riddle\"", "F026"),
    ("again_while = \"more\"", "again_while = \"q1 > 2\"", "F024"),
    ("draw = 1", "draw = 2", "F070"),
    ("is = \"total / 2\"", "is = \"low_week\"", "F024"),
    ("is = \"total / 2\"", "is = \"tota / 2\"", "F022"),
    ("is = \"total / 2\"", "is = \"total + woke\"", "F050"),
    ("is = \"half < 2\"", "is = \"hello == 2\"", "F026"),
    ("total >= 4", "total > 6", "F053"),
    ("total >= 4", "total + 1 > 6", ""),
    ("total >= 4", "q1 == 4", "F053"),
    ("total >= 4", "4 < q1", "F053"),
    ("total >= 4", "woke == '25:00'", "F023"),
    ("total >= 4", "walk == 'today'", "F023"),
    ("total >= 4", "'clam' in feelings", "F023"),
    ("total >= 4", "feelings == 'calm'", "F050"),
    ("total >= 4", "woke.matches('1.*')", "F050"),
    ("total >= 4", "past.week.lst > 3", "F022"),
    ("total >= 4", "each == 'calm'", "F022"),
    ("'calm' in feelings &&", "'calm' in feelings && about.answered &&", "F024"),
    ("only_if = [\"sad\"]", "only_if = [\"mad\"]", "F023"),
    ("max_length = 300", "max_length = 300\nwhen = 'each == \"clam\"'", "F023"),
    ("total >= 4", "!(q2 > 1)", "F052"),
    ("total >= 4", "!(past.week.last > 1)", "F052"),
    ("total >= 4", "!(q2 > 1) || !q2.answered", ""),
    ("{each}", "{each} {q1}", "F024"),
    ("Bright days?", "Bright days, {each}?", "F040"),
    ("Bright days?", "Bright days, {total}?", "F024"),
    ("Bright days?", "Bright days, {feelings}?", "F043"),
    ("And now?", "And {past.mood.first}?", "F043"),
    ("And now?", "And {past.mood.mean13}?", "F040"),
    ("of = [\"q1\", \"q2\"]", "of = [\"q1\", \"q2\", \"q1\"]", "F083"),
    ("of = [\"q1\", \"q2\"]", "of = [\"q2\", \"woke\"]", "F028"),
    ("most_missing = 1", "most_missing = 2", "F083"),
    ("most_missing = 1\n", "", "F011"),
    ("missing = \"mean\"\n", "", "F016"),
    ("method = \"sum\"", "method = \"som\"", "F083"),
    ("from = 3.5", "from = 0", "F083"),
    ("id = \"half\"", "id = \"total\"", "F020"),
    ("id = \"half\"", "id = \"past\"", "F021"),
    ("priority = 2", "priority = 10", "F070"),
    ("{ value = 1, en = \"some\" }, ", "", "F070"),
    ("labels = [{ value = 0, en = \"never\" }", "low.en = \"x\"\nlabels = [{ value = 0, en = \"never\" }", "F016"),  # noqa: E501
    ("{ id = \"calm\", en", "{ id = \"rather_not_say\", en", "F020"),
    ("min = 1\nmax = 2", "min = 3\nmax = 2", "F070"),
    ("min = 1\nmax = 2", "max = 4", "F070"),
    ("min_length = 3", "min_length = 301", "F070"),
    ("latest = \"12:00\"", "latest = \"03:00\"", "F070"),
    ("latest = \"+2d\"", "latest = \"-31d\"", "F070"),
    ("latest = \"+2d\"", "latest = \"tomorrow\"", "F060"),
    ("ask.en = \"Bright days?\"", "ask.en = \"?\"\nwording = [{ en = \"Bright?\" }]", "F079"),
    ("to = \"joke\"", "to = \"joke\"\nonly_if = [\"2026-01-01\"]\nwhen = \"true\"", "F051"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_a_slip_is_reported_where_it_stands(old: str, new: str, code: str) -> None:
    assert old in WHOLE
    at = WHOLE.index(old)
    text = WHOLE[:at] + new + WHOLE[at + len(old) :]
    found = parse(text, "x").problems
    assert code in [problem.code for problem in found] or (code, found) == ("", ())
    assert not found or min(abs(p.line - text[:at].count("\n") - 1) for p in found) <= 40


def test_scores_and_means_are_worked_out_as_decimals() -> None:
    names = frozenset({"a", "b"})
    assert evaluate("(a + b) / 2", names, {"a": 1, "b": 2}) == 1.5
    assert evaluate("(a + b) / 2", names, {"a": 1, "b": 3}) == 2
    assert evaluate("(a + b) / 2", names, {"a": 1, "b": None}) is None
    assert evaluate("a / b", names, {"a": 1, "b": 0}) is None
    assert evaluate("a < b ? 'less' : 'more'", names, {"a": 1, "b": 2.5}) == "less"
    past = frozenset({"a", "past.week.mean3"})
    assert evaluate("a - past.week.mean3", past, {"a": 4, "past.week.mean3": 5.5}) == -1.5
    assert evaluate("a - past.week.mean3", past, {"a": 4}) is None


def test_who_would_rather_not_say_has_not_answered() -> None:
    withheld = Condition("mood.withheld && mood.declined && !mood.answered", frozenset({"mood"}))
    assert holds(withheld, {"mood": None}, frozenset({"mood"}))
    assert not holds(withheld, {"mood": None})
    low = Condition("mood < 3", frozenset({"mood"}))
    assert not holds(low, {"mood": None}, frozenset({"mood"}))
    own_option = Condition('strain == "rather_not_say"', frozenset({"strain"}))
    assert holds(own_option, {"strain": "rather_not_say"}, frozenset({"strain"}))


def test_a_language_is_reported_once_with_its_share() -> None:
    text = WHOLE.replace('title.en = "Whole"', 'title = { en = "Whole", de = "Ganz" }')
    found = [p for p in parse(text, "x").problems if p.code == "F030"]
    assert len(found) == 1
    assert (
        "`de` is complete to 3 %: 26 of 27 texts lack it, the others in line 23,"
        in found[0].message
    )
    assert "never gets a text in another language" in found[0].hint
