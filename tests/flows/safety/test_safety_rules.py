"""What the rules find by themselves, and what a score comes to at each of its edges."""

from __future__ import annotations

import pytest

from flows.safety.learnt import (
    EXPLICIT,
    LIKELY,
    LIKELY_BY_RULE,
    MAYBE,
    MAYBE_BY_LENGTH,
    Learnt,
)
from flows.safety.risk import Risk
from flows.safety.rules import VETOES, Rules

LEAST = 0.001
"""Scores are rounded to it."""
DOCUMENT = {
    "rule": [
        {"id": "en.wish", "risk": "explicit", "phrases": ["want to die"]},
        {"id": "en.end", "risk": "likely", "phrases": ["end it all"], "of_anyone": True},
        {"id": "en.not", "risk": "likely", "phrases": ["never wake"], "says_not": True},
    ],
    "everyday": ["dying to see"],
    "aside": ["after the film"],
    "vetoes": {veto: {"denied": ["never"], "others": ["brother"]}.get(veto, []) for veto in VETOES},
}
RULES = Rules({"en": DOCUMENT})


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("I want to die", set()),
        ("I never want to die", {"denied"}),
        ("I never one two want to die", {"denied"}),
        ("I never one two three want to die", set()),  # too far before it
        ("Never. I want to die", set()),
        ("I want to die. Never", set()),
        ("My brother wants to end it all", {"others"}),
        ("I will end it all with my brother", {"others"}),
        ("I will end it all. My brother came", set()),
        ("My brother and I want to die", set()),  # that rule speaks of oneself only
        ("I want to never wake up", set()),  # the denial is what it says
    ],
)
def test_a_rule_is_denied_close_by_and_in_its_own_sentence(text: str, against: set[str]) -> None:
    (hit,) = RULES.find(text).hits
    assert hit.vetoes == against


@pytest.mark.parametrize(
    ("text", "has_idiom", "count"),
    [("I am dying to see her", True, 6), ("I cried after the film", False, 5), ("Calm.", False, 1)],
)
def test_an_everyday_phrase_is_a_clue_and_an_aside_is_none(
    text: str, has_idiom: bool, count: int
) -> None:
    found = RULES.find(text)
    assert (found.has_idiom, found.words, found.hits) == (has_idiom, count, ())


def learnt(*factors: float) -> Learnt:
    return Learnt(None, None, factors, "")  # type: ignore[arg-type]


def test_a_score_adds_up_and_is_rounded_so_that_machines_agree() -> None:
    assert learnt(1 / 3, 1.0, 0.25).score([1.0], [2.0]) == 2.583


@pytest.mark.parametrize(
    ("score", "by_rule", "is_tiny", "risk"),
    [
        (EXPLICIT, True, False, "explicit"),
        (EXPLICIT, True, True, "explicit"),
        (EXPLICIT - LEAST, True, False, "likely"),
        (EXPLICIT, False, False, "likely"),  # never without a rule that says it outright
        (EXPLICIT, False, True, "none"),
        (LIKELY, False, False, "likely"),
        (LIKELY - LEAST, False, False, "maybe"),
        (LIKELY_BY_RULE, True, False, "likely"),
        (LIKELY_BY_RULE - LEAST, True, False, "maybe"),
        (MAYBE, False, False, "maybe"),
        (MAYBE - LEAST, False, False, "none"),
        (MAYBE - LEAST, True, True, "none"),
    ],
)
def test_what_a_score_comes_to(score: float, by_rule: bool, is_tiny: bool, risk: Risk) -> None:
    assert learnt().risk(score, 0.0, by_rule=by_rule, is_tiny=is_tiny) == risk


def test_a_longer_text_needs_more_for_a_quiet_line() -> None:
    edge = MAYBE + MAYBE_BY_LENGTH * 2.0
    found = [learnt().risk(edge - less, 2.0, by_rule=False, is_tiny=False) for less in (0, LEAST)]
    assert found == ["maybe", "none"]
