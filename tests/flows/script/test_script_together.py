"""Flows looked at together: ids, circles, collisions and the load of a week."""

from __future__ import annotations

from datetime import time

import pytest

from flows.schedule.quiet import QuietHours
from flows.script import Flow, check_together, parse, weekly_load

NO_QUIET = QuietHours(time(), time())


def flow(name: str, schedule: str, default: bool = False, more: str = "") -> Flow:
    text = f"""language = 1
id = "{name}"
title.en = "Sample"
default = {str(default).lower()}
{more}
[schedule]
{schedule}
[[step]]
id = "words"
kind = "text"
ask.en = "?"
"""
    parsed = parse(text, name, quiet=NO_QUIET)
    assert parsed.problems == ()
    assert parsed.flow is not None
    return parsed.flow


def weekly(day: str, at: str) -> str:
    return f'trigger = "weekly"\ndays = ["{day}"]\nat = "{at}"'


DAYS = 'trigger = "weekly"\ndays = ["mon", "tue", "wed", "thu"]\nat = "18:00"'


def after(name: str) -> str:
    return f'trigger = "after_flow"\nflow = "{name}"\nafter = "1d"'


def codes(*flows: Flow, cap: int = 4) -> list[str]:
    return [problem.code for problem in check_together(flows, weekly_cap=cap)]


def test_flows_that_keep_apart_are_fine() -> None:
    assert codes() == []
    assert codes(flow("a", weekly("mon", "18:00")), flow("b", weekly("mon", "20:00"))) == []
    assert codes(flow("a", weekly("mon", "18:00")), flow("b", weekly("tue", "18:00"))) == []


COLLIDING = [
    (weekly("mon", "18:00"), weekly("mon", "19:59")),
    (weekly("mon", "18:00"), 'trigger = "daily"\nat = "17:00"'),
    ('trigger = "every"\nevery = 3\nat = "18:00"', 'trigger = "daily"\nat = "17:00"'),
    (weekly("mon", "18:00"), 'trigger = "random"\nbetween = ["10:00", "16:30"]'),
    (weekly("sun", "23:30"), weekly("mon", "00:30")),
    (weekly("mon", "00:30"), weekly("sun", "23:30")),
    (weekly("wed", "00:30"), 'trigger = "random"\nbetween = ["22:00", "01:00"]\ndays = ["tue"]'),
    (weekly("tue", "01:00"), 'trigger = "random"\nbetween = ["20:00", "23:59"]\ndays = ["mon"]'),
]


@pytest.mark.parametrize(("one", "other"), COLLIDING)
def test_flows_that_come_at_once_are_both_named(one: str, other: str) -> None:
    found = check_together([flow("a", one), flow("b", other)], weekly_cap=20)
    assert [(problem.code, problem.severity) for problem in found] == [("F066", "warning")]
    assert "`a` and `b`" in found[0].message
    assert found[0].path == "b"


def test_a_window_that_is_far_away_does_not_collide() -> None:
    window = 'trigger = "random"\nbetween = ["10:00", "16:00"]'
    assert codes(flow("a", weekly("mon", "18:00")), flow("b", window), cap=7) == []


def test_a_flow_waits_only_for_one_that_is_there() -> None:
    goals = flow("goals", "trigger = 'on_request'")
    assert codes(goals, flow("later", after("goals"))) == []
    found = check_together([goals, flow("later", after("gaols"))])
    assert [problem.code for problem in found] == ["F027"]
    assert "`goals`" in found[0].hint


def test_a_circle_is_named_once() -> None:
    circle = [flow("a", after("b")), flow("b", after("c")), flow("c", after("a"))]
    found = check_together([*circle, flow("d", after("a"))])
    assert [problem.code for problem in found] == ["F068"]
    assert "a, b, c" in found[0].message


def test_an_id_stands_in_one_file_only() -> None:
    same = flow("a", "trigger = 'on_request'")
    other = flow("a", "trigger = 'on_request'", default=True)
    found = check_together([same, other], paths={other.fingerprint: "b.toml"})
    assert [(problem.code, problem.path) for problem in found] == [("F029", "b.toml")]


def test_the_load_of_a_week_is_held_against_the_cap() -> None:
    flows = [
        flow("a", "trigger = 'every'\nevery = 3\nat = '08:00'", default=True),
        flow("b", 'trigger = "therapy_session_end"\nafter = "2h"', default=True),
        flow("c", after("b"), default=True),
        flow("d", 'trigger = "daily"\nat = "20:00"'),
    ]
    assert [round(weekly_load(one, flows), 2) for one in flows] == [2.33, 1, 1, 7]
    assert codes(*flows, cap=7) == []
    found = check_together(flows[:3], weekly_cap=4)
    assert [(problem.code, problem.severity) for problem in found] == [("F067", "warning")]
    assert "4.33 check-ins a week" in found[0].message


def test_a_flow_that_is_too_much_by_itself_is_named_although_nobody_begins_with_it() -> None:
    daily = flow("diary", 'trigger = "daily"\nat = "20:00"')
    [found] = check_together([daily], weekly_cap=4, paths={daily.fingerprint: "diary.toml"})
    assert (found.code, found.severity, found.path) == ("F067", "warning", "diary.toml")
    assert found.message == (
        "`diary` alone would come 7 times a week, but a client gets at most 4 check-ins a week; "
        "the others are left out."
    )
    assert codes(daily, cap=7) == []


def test_a_flow_that_would_starve_another_by_priority_is_named_with_it() -> None:
    often = flow("often", DAYS, more="priority = 2")
    week = flow("week", weekly("sun", "10:00"), default=True)
    [found] = check_together([week, often], weekly_cap=4)
    assert (found.code, found.path) == ("F067", "often")
    assert found.message == (
        "`week` would never come beside `often`: they come first and fill the week."
    )
    assert codes(week, often, cap=5) == []
    assert codes(week, flow("often", DAYS)) == []  # of one priority, the earlier in the week comes
    first = flow("often", DAYS, more="priority = 2", default=True)
    [found] = check_together([first, flow("week", weekly("sun", "10:00"))], weekly_cap=4)
    assert found.path == "week"
    assert "`week` would never come beside `often`" in found.message
