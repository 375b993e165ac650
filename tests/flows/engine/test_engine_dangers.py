"""Answers and scores that an author names as a sign of danger: when they are one, and how a story
shows the crisis card.
"""

from __future__ import annotations

import tomllib

import pytest
from engine_sample import NOW, opened

from flows.engine.check_in import CheckIn
from flows.engine.events import AnswerAccepted
from flows.engine.inputs import Input, Skipped, Tapped, WentBack, Withheld
from flows.engine.story import StoryResult, run_story
from flows.engine.story_text import read_story
from flows.engine.turn import resume
from flows.schedule.zones import zone
from flows.script import parse
from flows.script.flow import Flow

FLOW = """language = 1
id = "night"
title.en = "Tonight"
[schedule]
trigger = "on_request"
[[step]]
id = "one"
kind = "scale"
min = 0
max = 3
low.en = "no"
high.en = "yes"
ask.en = "One?"
[[step]]
id = "two"
kind = "scale"
min = 0
max = 3
low.en = "no"
high.en = "yes"
optional = true
ask.en = "Two?"
[[step]]
id = "safe"
kind = "choice"
rather_not_say = true
options = [{ id = "yes", en = "Yes" }, { id = "no", en = "Not sure", risk = true }]
ask.en = "Are you safe?"
[[step]]
id = "bye"
kind = "message"
ask.en = "Good night."
[[score]]
id = "total"
of = ["one", "two"]
RULE
"""
HEAD = """about = "A hard night."
flow = "night"
language = "en"
zone = "UTC"
start = 2026-11-25T18:00:00
names = { therapist = "Dr. Weber" }
"""


def flow_with(rule: str) -> Flow:
    parsed = parse(FLOW.replace("RULE", rule), "night.toml")
    assert parsed.flow is not None, parsed.problems
    return parsed.flow


def dangers_of(flow: Flow, *deeds: Input | str) -> list[tuple[str, ...]]:
    """List what each accepted answer brings; a word is a tap on the button of that place."""
    check_in: CheckIn = opened(flow).check_in
    found: list[tuple[str, ...]] = []
    for deed in deeds:
        received = Tapped(check_in.turn_no, int(deed)) if isinstance(deed, str) else deed
        if isinstance(received, Skipped | WentBack | Withheld):
            received = type(received)(check_in.turn_no)
        turn = resume(flow, check_in, received, now=NOW)
        check_in = turn.check_in
        found += [event.dangers for event in turn.events if isinstance(event, AnswerAccepted)]
    return found


@pytest.mark.parametrize(
    ("rule", "taps", "expected"),
    [
        ("risk_at_least = 5", ("2", "3"), [(), ("total",)]),
        ("risk_at_least = 5", ("2", "2"), [(), ()]),
        ("risk_at_most = 1", ("0", "1"), [(), ("total",)]),
        ("risk_at_most = 1", ("1", "1"), [(), ()]),
        ('method = "mean"\nrisk_at_least = 2.5', ("2", "3"), [(), ("total",)]),
        ('method = "mean"\nrisk_at_least = 2.5', ("2", "2"), [(), ()]),
        ('missing = "mean"\nmost_missing = 1\nrisk_at_least = 6', ("3",), [("total",)]),
        ("", ("3", "3"), [(), ()]),
        ("", ("3", "3", "1"), [(), (), ("safe",)]),
        ("", ("3", "3", "0"), [(), (), ()]),
        ("", ("3", "3", Withheld(0)), [(), (), ()]),
        ("risk_at_least = 5", ("2", Skipped(0)), [(), ()]),
    ],
)
def test_an_answer_brings_a_sign_of_danger_where_the_author_says_so(
    rule: str, taps: tuple[Input | str, ...], expected: list[tuple[str, ...]]
) -> None:
    assert dangers_of(flow_with(rule), *taps) == expected


def test_a_score_is_a_sign_when_it_becomes_one_and_not_again_with_the_next_answer() -> None:
    flow = flow_with('missing = "mean"\nmost_missing = 1\nrisk_at_least = 4')
    assert dangers_of(flow, "3", "3") == [("total",), ()]
    # below the threshold in between, it becomes one once more
    back = WentBack(0)
    assert dangers_of(flow, "3", "0", back, "3") == [("total",), (), ("total",)]


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("risk_at_least = 7", 36),
        ("risk_at_least = 0", 36),
        ("risk_at_most = 6", 36),
        ('method = "mean"\nrisk_at_least = 4', 37),
        ("risk_at_least = 2\nrisk_at_most = 2", 37),
    ],
)
def test_a_threshold_that_parts_no_scores_is_refused(rule: str, line: int) -> None:
    (problem,) = parse(FLOW.replace("RULE", rule), "night.toml").problems
    assert (problem.code, problem.line) == ("F070", line)


def play(turns: str, rule: str = "") -> StoryResult:
    return run_story(read_story(tomllib.loads(HEAD + turns)), flow_with(rule), zone("UTC"))


BEFORE = '[[turn]]\nask = "One?"\n[[turn]]\ntap = "3"\nask = "Two?"\n'
RISKY = BEFORE + '[[turn]]\ntap = "3"\nask = "Are you safe?"\n[[turn]]\ntap = "Not sure"\n'


def test_a_story_shows_the_card_and_no_end_after_it() -> None:
    result = play(RISKY + "card = true\nfinished = true\nclosing = ''")
    assert result.mismatches == ()
    assert result.transcript[-2:] == (
        "Wed 18:00 bot: (the crisis card)",
        "Wed 18:00 bot: (finished)",
    )
    calm = RISKY.replace("Not sure", "Yes") + "finished = true\nclosing = 'Good night.'"
    assert play(calm).mismatches == ()
    (mismatch,) = play(RISKY + "finished = true").mismatches
    assert "card was True, expected False" in mismatch


def test_in_a_story_the_next_question_waits_until_the_client_goes_on() -> None:
    turns = BEFORE + '[[turn]]\ntap = "3"\ncard = true\n'
    held = play(turns + '[[turn]]\nrecall = true\nask = "Are you safe?"', "risk_at_least = 5")
    assert held.mismatches == ()
    asked_at_once = play(turns + 'ask = "Are you safe?"', "risk_at_least = 5")
    (mismatch,) = asked_at_once.mismatches
    assert "ask was None" in mismatch
    # nor can its buttons be tapped, which nobody sees yet
    (mismatch,) = play(turns + '[[turn]]\ntap = "Yes"', "risk_at_least = 5").mismatches
    assert "there is no button 'Yes'" in mismatch
