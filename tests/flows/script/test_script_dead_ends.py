"""Dead ends: steps past which everyone jumps whom they are for, and flows that ask nothing."""

from __future__ import annotations

import pytest

from flows.script import parse

TOP = """language = 1
id = "sample"
title.en = "Sample"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
"""
STRAIN = """[[step]]
id = "strain"
kind = "choice"
options = [{ id = "no", en = "No" }, { id = "little", en = "A little" }, { id = "yes", en = "Yes" }]
ask.en = "Was there something?"
"""
WORDS = '[[step]]\nid = "words"\nkind = "text"\nonly_if.strain = {}\nask.en = "What was it?"\n'
LAST = '[[step]]\nid = "last"\nkind = "text"\nask.en = "Anything else?"\n'


def jump(to: str, **condition: str) -> str:
    lines = [f"{key} = {value}" for key, value in condition.items()]
    return "\n".join(["[[step.go]]", *lines, f'to = "{to}"', ""])


NO, YES = '["no"]', '["yes"]'


@pytest.mark.parametrize(
    ("jumps", "only_if", "codes"),
    [
        (jump("end", only_if=NO), NO, ["F073"]),
        (jump("last", only_if=NO), NO, ["F073"]),
        (jump("end", only_if=NO), YES, []),
        (jump("end", only_if=NO), '["no", "yes"]', []),
        (jump("end", only_if='["no", "little"]'), '["little", "no"]', ["F073"]),
        (jump("words", only_if=NO) + jump("end"), NO, []),
        (jump("words", only_if=NO) + jump("end"), YES, ["F073"]),
        # whether a condition of another kind holds is not known here
        (jump("end", when='"strain.answered"'), NO, []),
        (jump("words", when='"strain.answered"') + jump("end", only_if=NO), NO, []),
        (jump("end", when='"strain.answered"') + jump("end", only_if=NO), NO, ["F073"]),
    ],
)
def test_a_step_for_those_who_have_jumped_past_it_is_reported(
    jumps: str, only_if: str, codes: list[str]
) -> None:
    parsed = parse(TOP + STRAIN + jumps + WORDS.format(only_if) + LAST, "x")
    assert [problem.code for problem in parsed.problems] == codes


HELLO = '[[step]]\nid = "hello"\nkind = "message"\nask.en = "Good evening."\n'
AFTER_A_WEEK = LAST.replace("ask.en", 'when = "past.week.last > 3"\nask.en')
FIRST = LAST.replace("ask.en", 'when = "!past.week.last.answered"\nask.en')
GOALS = '[[block]]\nid = "each_goal"\nsteps = ["last"]\nrepeat = "goals"\n'


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        (HELLO + LAST, []),
        (HELLO + AFTER_A_WEEK, ["F084"]),
        (AFTER_A_WEEK, ["F084"]),
        (HELLO + FIRST, []),
        (LAST + GOALS, ["F084"]),
        (STRAIN + LAST + GOALS, []),
        (HELLO + jump("last", when='"past.week.last > 3"') + STRAIN + LAST, []),
        (HELLO + jump("end", when='"!past.week.last.answered"') + LAST, ["F084"]),
    ],
)
def test_a_flow_that_asks_a_new_client_nothing_is_reported(steps: str, codes: list[str]) -> None:
    assert [problem.code for problem in parse(TOP + steps, "x").problems] == codes
