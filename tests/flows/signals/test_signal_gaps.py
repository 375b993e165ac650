"""The cause for which an answer or a rating is missing: each by hand, and which one comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.signals.gaps import Begun, BotAway, Due, Missing, Outcome, outcome_of, series_of
from flows.signals.series import SessionRating

DUE_AT = datetime(2026, 11, 17, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNTIL_AT = DUE_AT + 6 * HOUR
ENDED_AT = DUE_AT + 48 * HOUR
CUT_OFF_AT = DUE_AT + 120 * HOUR
OFF = BotAway(DUE_AT + HOUR, DUE_AT + 2 * HOUR)
LONG_OFF = BotAway(DUE_AT + HOUR, DUE_AT + 26 * HOUR)


def became(
    begun: Begun | None = None,
    *outages: BotAway,
    state: str = "opened",
    reason: str | None = None,
    about_no_session: bool = False,
) -> Outcome | None:
    due = Due(DUE_AT, UNTIL_AT, state, reason, about_no_session, begun)
    return outcome_of(due, outages, CUT_OFF_AT)


def expired(**more: object) -> Begun:
    known = {"first_sent_at": DUE_AT, "ended_at": ENDED_AT, **more}
    return Begun("expired", **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("begun", "outcome"),
    [
        (Begun("open", DUE_AT, first_answered_at=DUE_AT + HOUR), "answered"),
        (Begun("finished", DUE_AT, ended_at=ENDED_AT), "blank"),
        (expired(), "unanswered"),
        (expired(is_snoozed=True), "snoozed"),
        (expired(first_sent_at=None), "undelivered"),
        (expired(first_sent_at=None, is_refused=True), "unreachable"),
        (Begun("stopped", DUE_AT, ended_at=ENDED_AT), None),
        (Begun("open", DUE_AT), None),
        (None, None),
    ],
)
def test_each_end_of_a_check_in_has_one_outcome(
    begun: Begun | None, outcome: Outcome | None
) -> None:
    assert became(begun) == outcome


@pytest.mark.parametrize(
    ("state", "reason", "outages", "outcome"),
    [
        ("paused", "paused", (), "paused"),
        ("paused", "paused", (OFF,), "paused"),
        ("missed", "unreachable", (), "unreachable"),
        ("missed", "unreachable", (OFF,), "unreachable"),
        ("missed", "window_over", (), "undelivered"),
        ("missed", "window_over", (OFF,), "away"),
        ("missed", "another_open", (OFF,), None),
        ("missed", "after_card", (), None),
        ("missed", "quiet", (), None),
        ("missed", "not_consented", (), None),
        ("thinned", "weekly_cap", (), None),
        ("cancelled", "session_cancelled", (), None),
    ],
)
def test_what_was_never_asked_has_a_cause_where_it_is_the_clients_or_the_ways(
    state: str, reason: str, outages: tuple[BotAway, ...], outcome: Outcome | None
) -> None:
    assert became(None, *outages, state=state, reason=reason) == outcome


@pytest.mark.parametrize(
    ("from_at", "until_at", "outcome"),
    [
        (DUE_AT - HOUR, DUE_AT, "undelivered"),
        (DUE_AT - HOUR, DUE_AT + HOUR, "away"),
        (UNTIL_AT - HOUR, UNTIL_AT + HOUR, "away"),
        (UNTIL_AT, UNTIL_AT + HOUR, "undelivered"),
    ],
)
def test_an_outage_counts_where_it_reaches_into_the_window(
    from_at: datetime, until_at: datetime, outcome: Outcome
) -> None:
    away = BotAway(from_at, until_at)
    assert became(None, away, state="missed", reason="window_over") == outcome


def test_only_an_outage_that_lost_answers_excuses_one_that_did_not_come() -> None:
    assert became(expired(), OFF) == "unanswered"
    assert became(expired(), LONG_OFF) == "away"
    assert became(expired(), BotAway(DUE_AT, DUE_AT + 24 * HOUR)) == "unanswered"
    assert became(expired(), BotAway(ENDED_AT, ENDED_AT + 30 * HOUR)) == "unanswered"


def test_what_was_put_off_is_a_break_where_one_began_meanwhile() -> None:
    assert became(expired(is_snoozed=True), reason="paused") == "paused"
    assert became(expired(is_snoozed=True), LONG_OFF) == "snoozed"


def test_an_answer_counts_whatever_came_later() -> None:
    given = expired(first_answered_at=DUE_AT + HOUR)
    assert became(given, LONG_OFF) == "answered"
    assert became(given, about_no_session=True) == "answered"
    assert became(expired(first_answered_at=CUT_OFF_AT)) == "unanswered"


def test_what_ends_at_the_cut_off_or_later_is_not_told_yet() -> None:
    assert became(expired(ended_at=CUT_OFF_AT)) is None
    assert became(expired(ended_at=CUT_OFF_AT - HOUR)) == "unanswered"
    assert became(expired(ended_at=None)) is None


@pytest.mark.parametrize("begun", [None, expired(), expired(is_snoozed=True)])
@pytest.mark.parametrize("state", ["opened", "paused", "missed"])
def test_of_a_session_that_was_not_held_nobody_owes_an_answer(
    begun: Begun | None, state: str
) -> None:
    assert became(begun, OFF, state=state, about_no_session=True) is None


def test_what_is_held_back_looks_as_if_it_had_never_been_asked() -> None:
    assert became(expired(first_answered_at=DUE_AT + HOUR, is_held_back=True), LONG_OFF) is None


def test_a_series_has_ratings_and_what_is_missing_each_by_time() -> None:
    rated = [SessionRating(n, DUE_AT + n * HOUR, (("alliance.bond", 8.0),)) for n in (2, 1)]
    asked: list[tuple[datetime, Outcome]] = [
        (DUE_AT + 3 * HOUR, "blank"),
        (DUE_AT, "answered"),
        (DUE_AT + 2 * HOUR, "paused"),
    ]
    found = series_of(rated, asked, [DUE_AT + HOUR])
    assert [rating.check_in_id for rating in found.ratings] == [1, 2]
    assert found.missing == (
        Missing(DUE_AT + HOUR, "no_session"),
        Missing(DUE_AT + 2 * HOUR, "paused"),
        Missing(DUE_AT + 3 * HOUR, "blank"),
    )
