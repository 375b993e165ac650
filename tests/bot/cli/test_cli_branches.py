"""Which way a tried check-in went and why, as sentences, and the outline with its path lit up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.cli.authoring.branches import branches
from bot.cli.authoring.phone.lit_path import lit_path
from bot.cli.authoring.rehearsal import Rehearsal
from bot.cli.authoring.replaying import Setting
from flows.engine.check_in import Names
from flows.engine.story_text import Action
from flows.languages import BASE
from flows.script import parse

NIGHT = """language = 1
id = "night"
title.en = "The night"
[schedule]
trigger = "on_request"
[[step]]
id = "slept"
kind = "scale"
min = 0
max = 4
low.en = "not at all"
high.en = "well"
optional = true
measures = "sleep"
ask.en = "How did you sleep?"
[[step.reflect]]
en = "That is little."
when = "slept < 2"
[[step.reflect]]
en = "Noted."
[[step.go]]
to = "dream"
when = "slept >= 3"
[[step]]
id = "less"
kind = "yes_no"
when = "past.sleep.last in [3, 4]"
ask.en = "Was it less than last time?"
[[step]]
id = "dream"
kind = "text"
ask.en = "What did you dream of?"
[[step]]
id = "more"
kind = "yes_no"
ask.en = "Was there another one?"
[[step]]
id = "end_of_it"
kind = "message"
when = "heavy > 1"
ask.en = "That was a lot."
[[block]]
id = "dreams"
steps = ["dream", "more"]
again_while = "more"
most = 3
[[value]]
id = "heavy"
is = "slept * 2"
"""


def tried(*said: str, past: int | None = None) -> Rehearsal:
    """The night, answered like this."""
    parsed = parse(NIGHT, "night.toml")
    assert parsed.flow is not None, [str(problem) for problem in parsed.problems]
    known = () if past is None else (("sleep.last", past),)
    names = Names((("therapist", "Dr. Weber"),), past=known)
    starts_at = datetime(2026, 11, 25, 17, tzinfo=UTC)
    setting = Setting(parsed.flow, BASE, "Europe/Berlin", starts_at, lambda *_: names)
    rehearsal = Rehearsal(setting)
    for words in said:
        rehearsal.perform(Action("skip") if words == "skip" else Action("say", words))
    return rehearsal


def told(rehearsal: Rehearsal) -> list[str]:
    return list(branches(rehearsal.setting.flow, rehearsal.check_in()))


def states(rehearsal: Rehearsal) -> dict[str, str]:
    flow = rehearsal.setting.flow
    return {line.step: line.state for line in lit_path(flow, rehearsal.check_in(), BASE)}


def test_nothing_is_told_before_a_condition_was_met() -> None:
    assert told(tried()) == []


def test_a_jump_that_is_taken_and_a_reply_that_is_not_said() -> None:
    assert told(tried("3", past=4)) == [
        "One reply to `slept` is not said: it comes only if slept is below 2. (slept: 3)",
        "After `slept` it goes on at `dream`, because slept is at least 3. (slept: 3)",
    ]


def test_a_jump_that_is_not_taken_a_reply_and_an_earlier_answer() -> None:
    assert told(tried("1", past=4)) == [
        "`slept` gets this reply, because slept is below 2. (slept: 1)",
        "After `slept` it does not go on at `dream`: only if slept is at least 3. (slept: 1)",
        "`less` comes, because past.sleep.last is one of 3, 4. (past.sleep.last: 4)",
    ]


def test_what_was_skipped_or_is_not_known_is_told_as_that() -> None:
    jump, less = told(tried("skip"))[-2:]
    assert jump.endswith("only if slept is at least 3. (slept: (skipped))")
    assert less == (
        "`less` is left out: it comes only if past.sleep.last is one of 3, 4."
        " (past.sleep.last: no answer)"
    )


def test_a_block_that_comes_again_and_one_that_does_not() -> None:
    again = "`dreams` comes once more, because more is yes. (more: “Yes”)"
    assert told(tried("3", "Water.", "yes"))[-1] == again
    last = told(tried("3", "Water.", "yes", "Fire.", "no"))
    assert again in last
    assert "`dreams` does not come again: only if more is yes. (more: “No”)" in last
    assert last[-1] == "`end_of_it` comes, because heavy is above 1. (heavy: 6)"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), ("now", "ahead", "ahead", "ahead", "ahead")),
        (("3",), ("done", "not_on_path", "now", "ahead", "ahead")),
        (("1",), ("done", "now", "ahead", "ahead", "ahead")),
        (("3", "Water.", "yes"), ("done", "not_on_path", "now", "done", "ahead")),
        (("0", "no", "Water.", "no"), ("done", "done", "done", "done", "not_on_path")),
    ],
)
def test_the_path_is_lit_up_as_far_as_it_goes(
    said: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    steps = ("slept", "less", "dream", "more", "end_of_it")
    assert states(tried(*said, past=4)) == dict(zip(steps, expected, strict=True))


def test_a_lapsed_check_in_has_nothing_ahead() -> None:
    rehearsal = tried("1", past=4)
    rehearsal.perform(Action("stop"))
    assert set(states(rehearsal).values()) == {"done", "not_on_path"}
    assert states(rehearsal)["less"] == "not_on_path"


def test_a_step_has_one_line_of_its_own_and_those_that_belong_to_it() -> None:
    rehearsal = tried()
    lines = lit_path(rehearsal.setting.flow, rehearsal.check_in(), BASE)
    of_sleep = [(line.depth, line.text) for line in lines if line.step == "slept"]
    first, *rest = of_sleep
    assert first == (0, "1. slept (scale, may be skipped, measures sleep)")
    assert (1, "How did you sleep?") in rest
    assert {depth for depth, _ in rest} == {1}
