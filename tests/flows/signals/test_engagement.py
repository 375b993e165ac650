"""Clients who went quiet, told apart from those who could not answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.signals.engagement import Agreed, Asked, Engagement, engagement
from flows.signals.gaps import Outcome

FROM_AT = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
CUT_OFF_AT = FROM_AT + timedelta(days=7)
LETTERS: dict[str, Outcome] = {
    "a": "answered",
    "u": "unanswered",
    "p": "paused",
    "d": "undelivered",
    "r": "unreachable",
}
CAME = {"+": True, "-": False, "o": None}
"""They met; the client did not come; nobody says so."""


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
        ("uauauauu", True),  # half of the six before
        ("uuuuaauu", False),
        ("aaaaaapu", False),
        ("aaaaaaupu", True),
        ("aaaaaadd", False),
        ("aaaaaarr", False),
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
    assert (after("r").unreachable, after("r").undelivered, after("r").none_shown) == (1, 0, False)
    assert after("").none_shown


def test_the_bounds_belong_to_one_period_only() -> None:
    edges = [Asked(FROM_AT, "answered"), Asked(CUT_OFF_AT, "unanswered")]
    found = engagement(edges, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert (found.answered, found.unanswered) == (1, 0)


def met(sessions: str, **now: bool) -> Engagement:
    """One therapy session every 5 days, the last one 2 days before the cut-off: the last of them
    in the period.
    """
    last_at = CUT_OFF_AT - timedelta(days=2)
    first_at = last_at - timedelta(days=5 * (len(sessions) - 1))
    agreed = [
        Agreed(first_at + timedelta(days=5 * n), CAME[sign]) for n, sign in enumerate(sessions)
    ]
    return engagement([], agreed[::-1], from_at=FROM_AT, cut_off_at=CUT_OFF_AT, **now)


@pytest.mark.parametrize(
    ("sessions", "row", "stayed_away"),
    [
        ("++--", 2, True),
        ("--", 2, True),
        ("+-", 1, False),
        ("-+-", 1, False),
        ("--+", 0, False),
        ("-o-", 2, True),
        ("-oo", 1, False),
        ("--oo", 2, False),
        ("", 0, False),
    ],
)
def test_two_sessions_in_a_row_to_which_the_client_did_not_come_are_told(
    sessions: str, row: int, stayed_away: bool
) -> None:
    found = met(sessions)
    assert (found.not_come_for, found.stayed_away, found.waned) == (row, stayed_away, stayed_away)
    assert not found.gone_quiet


def test_a_break_from_check_ins_is_none_from_sessions() -> None:
    assert met("+--", is_paused=True).stayed_away
    assert met("+--", is_unreachable=True).stayed_away


def test_only_what_is_known_since_this_period_is_counted_in_it() -> None:
    assert (met("---").not_come, met("--o").not_come) == (2, 1)
    before = FROM_AT - timedelta(days=3)
    late = [
        Agreed(before - timedelta(days=7), False, before - timedelta(days=7)),
        Agreed(before, False, FROM_AT),
    ]
    found = engagement([], late, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert (found.not_come, found.stayed_away) == (1, True)
    after_it = [Agreed(each.starts_at, False, CUT_OFF_AT) for each in late]
    none = engagement([], after_it, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert (none.not_come, none.not_come_for) == (0, 0)


def test_who_stayed_away_and_is_silent_wanes_once() -> None:
    assert after("aaaaaauu").waned and not after("aaaaaau").waned
