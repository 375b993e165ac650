"""A rating made from stored answers."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.signals.reason import Reason
from flows.signals.series import SessionRating, session_rating

AT = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def test_every_measure_finds_its_place() -> None:
    measured = {
        "alliance.negotiation": 4,
        "alliance.bond": 8,
        "strain": "a_little",
        "strain_kind": "tense",
        "strain_words": "A long pause.",
        "strain_linger": 2,
        "strain_talked": "yes",
        "strain_who_raises": "i_will",
        "week": 3,
    }
    items = (("alliance.bond", 8.0), ("alliance.negotiation", 4.0))
    rating = session_rating(7, AT, measured)
    assert rating == SessionRating(
        7, AT, items, "a_little", "tense", "A long pause.", 2, "yes", "i_will"
    )
    assert rating.level == 6


def test_unanswered_is_absent_and_never_a_zero() -> None:
    measured = {"alliance.bond": None, "alliance.goal": True, "strain": None, "strain_words": "  "}
    rating = session_rating(7, AT, measured)
    assert rating == SessionRating(7, AT, ())
    assert rating.level is None
    assert not rating.says_strain


def test_no_repr_shows_what_the_client_wrote() -> None:
    rating = session_rating(7, AT, {"strain": "yes", "strain_words": "secret"})
    reason = Reason("said_so", 1, 7, (("words", "secret"),))
    assert "secret" not in f"{rating!r} {reason!r}"
