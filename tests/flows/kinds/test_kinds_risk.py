"""Answers that an author names as a sign of danger."""

from __future__ import annotations

import pytest

from flows.kinds.kind import Value
from flows.kinds.registry import kind_of
from flows.languages import Language
from flows.script import parse


def flow_with(kind: str, keys: str) -> str:
    """A flow with one step of that kind, whose own keys begin at line 10."""
    return f"""language = 1
id = "night"
title.en = "Night"
[schedule]
trigger = "on_request"
[[step]]
id = "q"
kind = "{kind}"
ask.en = "How was it?"
{keys}
"""


RISK = (
    ("yes_no", "risk = true", (True,), (False,)),
    ("yes_no", "", (), (True, False)),
    ("scale", 'min = 0\nmax = 3\nlow.en = "no"\nhigh.en = "yes"\nrisk_at_least = 2', (2, 3), (1,)),
    ("number", "max = 9\nrisk_at_most = 2", (0, 2), (3, 9)),
    ("number", "max = 9\nrisk_at_least = 8\nrisk_at_most = 1", (0, 1, 8, 9), (2, 7)),
    (
        "choice",
        'options = [{ id = "a", en = "A" }, { id = "b", en = "B", risk = true }]',
        ("b",),
        ("a",),
    ),
    (
        "several",
        'options = [{ id = "a", en = "A" }, { id = "b", en = "B", risk = true }]',
        (("b",), ("a", "b")),
        (("a",), ()),
    ),
)


@pytest.mark.parametrize(("kind", "keys", "risky", "calm"), RISK)
def test_an_answer_is_a_sign_of_danger_where_the_author_says_so(
    kind: str, keys: str, risky: tuple[Value, ...], calm: tuple[Value, ...]
) -> None:
    parsed = parse(flow_with(kind, keys), "a.toml")
    assert parsed.flow is not None, parsed.problems
    step = parsed.flow.steps[0]
    assert [kind_of(step).is_risk(step, value) for value in risky] == [True] * len(risky)
    assert not any(kind_of(step).is_risk(step, value) for value in calm)
    told = kind_of(step).describe(step, Language("en"))
    assert ("a sign of danger" in told) is bool(risky)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("risk_at_least = 11", 12),
        ("risk_at_least = 0", 12),
        ("risk_at_most = 10", 12),
        ("risk_at_most = -1", 12),
        ("risk_at_least = 5\nrisk_at_most = 5", 13),
    ],
)
def test_a_threshold_that_parts_no_answers_is_refused(keys: str, line: int) -> None:
    (problem,) = parse(flow_with("number", f"min = 0\nmax = 10\n{keys}"), "a.toml").problems
    assert (problem.code, problem.line) == ("F070", line)
