"""Twelve weeks of a client's ratings, as a picture may draw them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.digest.levels import Gap, Known, Level, Levels, levels_of
from flows.digest.section import ClientFacts, compose_section
from flows.digest.section_json import section_from_json, section_to_json
from flows.signals.assess import assess
from flows.signals.gaps import Cause, Missing, Series
from flows.signals.reason import Reason
from flows.signals.series import SessionRating, session_rating
from flows.signals.spreads import ASSUMED

BERLIN = ZoneInfo("Europe/Berlin")
CUT_OFF_AT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""A Sunday, 18:00 in Berlin."""
NEWEST_AT = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def ratings(*levels: float | None, **last: object) -> list[SessionRating]:
    """One rating a week up to the newest; None: no item was answered."""
    found = []
    for number, level in enumerate(levels, start=1):
        items = {} if level is None else {"alliance.bond": level, "alliance.goal": level}
        said = last if number == len(levels) else {"strain": "no"}
        at = NEWEST_AT - (len(levels) - number) * WEEK
        found.append(session_rating(number, at, {**items, **said}))  # type: ignore[dict-item]
    return found


def drawn(
    series: Sequence[SessionRating],
    gaps: Sequence[tuple[datetime, Cause]] = (),
    *,
    reasons: Sequence[Reason] = (),
    aside: frozenset[int] = frozenset(),
) -> Levels:
    by_check_in: dict[int, list[Reason]] = {}
    for reason in reasons:
        by_check_in.setdefault(reason.check_in_id, []).append(reason)
    missing = tuple(Missing(at, cause) for at, cause in gaps)
    known = Known(Series(tuple(series), missing), by_check_in, aside, None, (), ASSUMED)
    return levels_of(known, cut_off_at=CUT_OFF_AT, zone=BERLIN)


def values(levels: Levels) -> list[float | None]:
    return [level.value for level in levels.given]


def test_the_newest_twelve_weeks_are_drawn_by_day() -> None:
    found = drawn(ratings(*[8.0] * 14))
    assert len(found.given) == 12
    assert found.given[-1] == Level(date(2026, 11, 19), 8.0)
    assert (found.from_on, found.until_on) == (date(2026, 8, 31), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("at", "is_drawn"),
    [
        (datetime(2026, 8, 30, 21, 59, tzinfo=UTC), False),
        (datetime(2026, 8, 30, 22, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 16, 59, tzinfo=UTC), True),
    ],
)
def test_the_first_day_begins_at_midnight_by_the_therapists_clock(
    at: datetime, is_drawn: bool
) -> None:
    rated = session_rating(1, at, {"alliance.bond": 7})
    assert bool(drawn([rated]).given) is is_drawn


@pytest.mark.parametrize(("earlier", "is_known"), [(2, False), (3, True)])
def test_nothing_is_usual_before_three_earlier_ratings(earlier: int, is_known: bool) -> None:
    found = drawn(ratings(*[8.0] * earlier, 8.0))
    assert (found.usual is not None) is is_known
    assert found.ratings == (earlier if is_known else 0)


def test_the_usual_lies_around_the_clients_own_by_the_learnt_swing() -> None:
    # median 8; spread sqrt((6 * .75² + 0) / 8), which is .6495
    assert drawn(ratings(8.0, 8.0, 8.0, 5.0)).usual == (7.35, 8.65)


def test_the_usual_stays_on_the_scale() -> None:
    usual = drawn(ratings(10.0, 10.0, 9.5, 10.0)).usual
    assert usual is not None and usual[1] == 10.0


def test_the_usual_and_the_rating_are_those_that_the_text_tells() -> None:
    series = ratings(8.0, 9.0, 8.0, 7.0, 5.0, strain="no")
    (reason,) = assess(series, flag_open_since=None).reasons
    found = drawn(series, reasons=[reason])
    usual, spread = reason.number("usual"), reason.number("spread")
    assert usual == 8.0 and spread is not None
    assert found.usual == (round(usual - spread, 2), round(usual + spread, 2))
    assert found.given[-1].value == reason.number("rating")
    assert found.ratings == 4


def test_a_word_and_a_computed_flag_are_marked_apart() -> None:
    series = ratings(8.0, 8.0, 8.0, 4.0, strain="no")
    reasons = assess(series, flag_open_since=None).reasons
    assert [level.mark for level in drawn(series, reasons=reasons).given] == [
        *[None] * 3,
        "possible",
    ]
    said = ratings(8.0, strain="a_little")
    assert drawn(said).given[-1].mark == "said_so"


def test_what_was_something_else_is_not_marked_but_what_was_said_stays() -> None:
    series = ratings(8.0, 8.0, 8.0, 4.0, strain="no")
    reasons = assess(series, flag_open_since=None).reasons
    assert drawn(series, reasons=reasons, aside=frozenset({4})).given[-1].mark is None
    said = ratings(8.0, strain="yes")
    assert drawn(said, aside=frozenset({1})).given[-1].mark == "said_so"


def test_a_word_without_a_rating_stands_and_a_skipped_check_in_does_not() -> None:
    said = drawn(ratings(8.0, None, strain="yes"))
    assert values(said) == [8.0, None] and said.newest == Level(date(2026, 11, 12), 8.0)
    assert values(drawn(ratings(8.0, None, strain="rather_not_say"))) == [8.0]


def test_gaps_keep_their_cause_and_a_meeting_that_moved_within_its_week_leaves_none() -> None:
    met = NEWEST_AT - timedelta(days=2)
    gaps: list[tuple[datetime, Cause]] = [
        (NEWEST_AT - 2 * WEEK, "unanswered"),
        (NEWEST_AT - 5 * WEEK, "no_session"),
        (met, "no_session"),
        (NEWEST_AT - 13 * WEEK, "paused"),
        (met, "undelivered"),
        (met, "blank"),
    ]
    assert drawn(ratings(8.0), gaps).gaps == (
        Gap(date(2026, 10, 15), "no_session"),
        Gap(date(2026, 11, 5), "unanswered"),
        Gap(date(2026, 11, 17), "undelivered"),
    )


def test_what_is_missing_since_the_newest_rating_begins_after_its_day() -> None:
    gaps: list[tuple[datetime, Cause]] = [
        (NEWEST_AT - WEEK, "unanswered"),
        (NEWEST_AT + timedelta(hours=1), "undelivered"),
        (NEWEST_AT + timedelta(days=1), "paused"),
    ]
    found = drawn(ratings(8.0, 8.0), gaps)
    assert found.missing_since == (Gap(date(2026, 11, 20), "paused"),)
    assert drawn([], gaps).missing_since == ()


def test_without_a_rating_nothing_is_usual() -> None:
    found = drawn([], [(NEWEST_AT, "paused")])
    assert (found.given, found.usual, found.newest) == ((), None, None)


def test_it_survives_being_stored_and_weeks_of_before_have_none() -> None:
    series = ratings(8.0, None, 8.0, 8.0, 5.0, strain="yes")
    levels = drawn(
        series, [(NEWEST_AT, "away")], reasons=assess(series, flag_open_since=None).reasons
    )
    facts = ClientFacts(1, "A. B.", "K7Q2", levels=levels)
    section = compose_section(facts, from_at=CUT_OFF_AT - WEEK, cut_off_at=CUT_OFF_AT)
    stored = section_to_json(section)
    assert section_from_json(stored) == section
    assert "15:00" not in json.dumps(json.loads(stored)["levels"])
    before = json.loads(stored)
    del before["levels"]
    assert section_from_json(json.dumps(before)).levels is None


def test_no_number_stands_in_a_repr() -> None:
    shown = repr(drawn(ratings(8.25, 8.25, 8.25, 4.75, strain="yes")))
    assert "4.75" not in shown and "said_so" not in shown
