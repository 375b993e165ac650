"""The check's words where an author's times meet the quiet hours of the practice."""

from __future__ import annotations

from datetime import time

import pytest

from flows.schedule.quiet import USUAL_QUIET, QuietHours
from flows.script import parse

FLOW = """language = 1
id = "late-diary"
title.en = "Late diary"
[schedule]
{schedule}
[[step]]
id = "today"
kind = "yes_no"
ask.en = "Was it a good day?"
"""
HOURS = "the quiet hours of the practice (21:30 to 08:00)"


def said(schedule: str, quiet: QuietHours = USUAL_QUIET) -> list[str]:
    parsed = parse(FLOW.format(schedule=schedule), "x.toml", quiet=quiet)
    assert parsed.flow is not None, "quiet hours are the practice's: they never stop a flow"
    return [f"{one.line}:{one.column} {one.code} {one.message}" for one in parsed.problems]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (
            'trigger = "daily"\nat = "22:00"\nexpires.unstarted = "3h"',
            f"6:6 F101 22:00 lies in {HOURS}: it comes at 08:00 on the next day.",
        ),
        (
            'trigger = "daily"\nat = "05:30"',
            f"6:6 F101 05:30 lies in {HOURS}: it comes at 08:00.",
        ),
        (
            'trigger = "daily"\nat = "22:00"\nwindow = "2h"',
            f"6:6 F102 22:00 lies in {HOURS}, and the `window` of 2 hours is over before they "
            "end: it is never sent.",
        ),
        (
            'trigger = "daily"\nat = "18:00"\nremind = ["2h", "5h"]',
            f"7:17 F101 23:00 lies in {HOURS}: this reminder comes at 08:00.",
        ),
        (
            'trigger = "daily"\nat = "18:00"\nremind = ["5h"]\nexpires.unstarted = "14h"',
            f"7:11 F102 23:00 lies in {HOURS}, and the check-in has lapsed before they end: it "
            "is never sent.",
        ),
        (
            'trigger = "random"\nbetween = ["05:00", "07:30"]',
            f"6:11 F102 The whole window lies in {HOURS}: nothing is ever sent.",
        ),
        (
            'trigger = "random"\nbetween = ["19:00", "07:00"]\nper_day = 2',
            f"6:11 F101 Times are drawn outside of {HOURS} only: of this window 2 hours and 30 "
            "minutes remain.",
        ),
        (
            'trigger = "random"\nbetween = ["19:00", "07:00"]\nper_day = 3',
            f"6:11 F101 Outside of {HOURS} only 2 of 3 fit into the window.",
        ),
    ],
)
def test_it_is_said_when_it_will_come_or_that_it_never_does(schedule: str, expected: str) -> None:
    assert said(schedule) == [expected]


@pytest.mark.parametrize(
    "schedule",
    [
        'trigger = "daily"\nat = "21:29"',
        'trigger = "daily"\nat = "08:00"',
        'trigger = "random"\nbetween = ["09:00", "21:00"]\nper_day = 6',
        'trigger = "random"\nbetween = ["08:00", "21:30"]',
        'trigger = "therapy_session_end"\nafter = "2h"\nremind = ["8h"]',
    ],
)
def test_nothing_is_said_of_times_outside_of_them(schedule: str) -> None:
    assert said(schedule) == []


def test_the_practice_s_own_quiet_hours_count() -> None:
    late = 'trigger = "daily"\nat = "22:00"'
    assert said(late, QuietHours(time(23), time(6))) == []
    assert said(late, QuietHours(time(0), time(0))) == []
    noon = 'trigger = "daily"\nat = "13:00"'
    [siesta] = said(noon, QuietHours(time(12), time(14)))
    assert siesta.endswith("(12:00 to 14:00): it comes at 14:00.")
