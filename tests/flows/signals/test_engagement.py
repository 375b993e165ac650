"""Clients who went quiet, told apart from those who could not answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.signals.engagement import Asked, Engagement, Outcome, engagement

FROM_AT = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
CUT_OFF_AT = FROM_AT + timedelta(days=7)
LETTERS: dict[str, Outcome] = {
    "a": "answered",
    "u": "unanswered",
    "p": "paused",
    "d": "undelivered",
}


def after(outcomes: str, **now: bool) -> Engagement:
    """One check-in every 3 days, the last 3 days before the cut-off: two of them in the period."""
    first_at = CUT_OFF_AT - timedelta(days=3 * len(outcomes))
    asked = [
        Asked(first_at + timedelta(days=3 * n), LETTERS[letter])
        for n, letter in enumerate(outcomes)
    ]
    return engagement(asked, from_at=FROM_AT, cut_off_at=CUT_OFF_AT, **now)


@pytest.mark.parametrize(
    ("outcomes", "quiet"),
    [
        ("aaaaaauu", True),
        ("aaaaaau", False),
        ("aaauuuuu", True),
        ("auauauuu", True),
        ("uuuuaauu", False),
        ("aaaaaapu", False),
        ("aaaaaaupu", True),
        ("aaaaaadd", False),
        ("aaaaaapp", False),
        ("auu", False),
        ("aauu", True),
        ("uuuu", False),
        ("aaaauupp", False),
        ("", False),
    ],
)
def test_gone_quiet_is_two_in_a_row_by_someone_who_usually_answers(
    outcomes: str, quiet: bool
) -> None:
    assert after(outcomes).gone_quiet is quiet


def test_only_the_period_is_counted_and_the_row_looks_back() -> None:
    found = after("aaaaaaauuu")
    assert (found.answered, found.unanswered) == (0, 2)
    assert (found.quiet_for, found.answered_before, found.asked_before) == (3, 6, 6)


def test_who_paused_or_cannot_be_reached_has_not_gone_quiet() -> None:
    assert not after("aaaaaauu", is_paused=True).gone_quiet
    assert not after("aaaaaauu", is_unreachable=True).gone_quiet


def test_each_way_of_not_answering_is_counted_apart() -> None:
    found = after("pd")
    assert (found.paused, found.undelivered, found.unanswered, found.none_shown) == (1, 1, 0, False)
    assert after("").none_shown


def test_the_bounds_belong_to_one_period_only() -> None:
    edges = [Asked(FROM_AT, "answered"), Asked(CUT_OFF_AT, "unanswered")]
    found = engagement(edges, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert (found.answered, found.unanswered) == (1, 0)
