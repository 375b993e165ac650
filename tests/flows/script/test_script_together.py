"""Flows looked at together: ids, circles, collisions and the load of a week."""

from __future__ import annotations

from datetime import time

import pytest

from flows.schedule.quiet import USUAL_QUIET, QuietHours
from flows.script import Flow, check_together, parse, weekly_load
from flows.script.weekly_load import overloads

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
    return [problem.code for problem in check_together(flows, weekly_cap=cap, quiet=NO_QUIET)]


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
    found = check_together([flow("a", one), flow("b", other)], weekly_cap=20, quiet=NO_QUIET)
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
    first = flow("often", DAYS, more="priority = 2", default=True)
    [found] = check_together([first, flow("week", weekly("sun", "10:00"))], weekly_cap=4)
    assert found.path == "week"
    assert "`week` would never come beside `often`" in found.message


def test_of_one_priority_the_flow_that_is_always_later_in_the_week_is_named() -> None:
    often, week = flow("often", DAYS), flow("week", weekly("sun", "10:00"))
    default = ["often", "week"]
    found = check_together([often, week], weekly_cap=4, default=default)
    assert [problem.message for problem in found if problem.path == "week"] == [
        "A client would get 5 check-ins a week, but 4 is the cap: often 4, week 1.",
        "`week` would never come beside `often`: they come first and fill the week.",
    ]
    # one that may come before the fourth of the others is not starved
    assert starved(often, flow("week", weekly("thu", "18:01"))) == ["week"]
    assert starved(often, flow("week", weekly("thu", "17:59"))) == []
    assert starved(flow("often", DAYS, more="priority = 9"), week) == []
    # two of each Monday fill the week of two, wherever in their window they are drawn
    drawn = flow(
        "drawn", 'trigger = "random"\nbetween = ["10:00", "16:00"]\ndays = ["mon"]\nper_day = 2'
    )
    assert starved(drawn, week, cap=2) == ["week"]
    assert starved(drawn, flow("week", weekly("mon", "15:59")), cap=2) == []
    assert starved(drawn, week, cap=3) == []
    assert starved(flow("noon", weekly("mon", "12:00")), drawn, cap=1) == []
    # what comes every third day, or after a therapy session, may come later than the other
    assert starved(flow("third", "trigger = 'every'\nevery = 3\nat = '08:00'"), week, cap=2) == []
    assert (
        starved(flow("after", 'trigger = "therapy_session_end"\nafter = "2h"'), week, cap=1) == []
    )


def test_quiet_hours_decide_what_comes_first_in_the_week() -> None:
    late = flow("late", weekly("sun", "23:00"))
    mondays = flow("mondays", weekly("mon", "09:00"))
    assert starved(late, mondays, cap=1) == ["late"]
    assert starved(late, mondays, cap=1, quiet=USUAL_QUIET) == ["mondays"]  # Monday at 08:00
    never = flow("never", weekly("sun", "23:00") + '\nwindow = "2h"')
    assert starved(never, mondays, cap=1, quiet=USUAL_QUIET) == []


def starved(*flows: Flow, cap: int = 4, quiet: QuietHours = NO_QUIET) -> list[str]:
    """The flows that never come beside the others."""
    return [one.flow.id for one in overloads(flows, cap, quiet) if one.behind]


def test_what_is_drawn_is_drawn_outside_of_quiet_hours() -> None:
    drawn = flow("drawn", 'trigger = "random"\nbetween = ["18:00", "22:30"]\ndays = ["mon"]')
    after_midnight = flow("other", weekly("tue", "00:15"))
    quiet = QuietHours(time(22), time(23))
    assert check_together([drawn, after_midnight], quiet=quiet) == ()
    found = check_together([drawn, after_midnight], quiet=NO_QUIET)
    assert [problem.code for problem in found] == ["F066"]


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        (weekly("mon", "23:00"), weekly("tue", "09:00"), ["F066"]),
        (weekly("sun", "23:00"), weekly("mon", "09:00"), ["F066"]),
        (weekly("mon", "22:00"), weekly("mon", "21:00"), []),
        (weekly("mon", "22:00") + '\nwindow = "2h"', weekly("tue", "09:00"), []),
        ('trigger = "random"\nbetween = ["20:00", "23:59"]', weekly("mon", "23:50"), []),
        ('trigger = "random"\nbetween = ["06:00", "10:00"]', weekly("mon", "05:00"), ["F066"]),
    ],
)
def test_what_quiet_hours_put_off_collides_where_it_comes(
    one: str, other: str, codes: list[str]
) -> None:
    found = check_together([flow("a", one), flow("b", other)], weekly_cap=20)
    assert [problem.code for problem in found] == codes
    if codes:
        day = "tue" if "mon" in one else "mon"
        assert f"may both come on {day} within 2 hours" in found[0].message


def test_the_practice_says_which_flows_a_new_client_gets() -> None:
    often = flow("often", DAYS, more="priority = 2", default=True)
    week = flow("week", weekly("sun", "10:00"))
    by_file = check_together([often, week], weekly_cap=4)
    assert [problem.path for problem in by_file] == ["week"]
    assert check_together([often, week], weekly_cap=4, default=["other"]) == ()
    by_settings = check_together([often, week], weekly_cap=4, default=["week"])
    assert [problem.path for problem in by_settings] == ["often"]
