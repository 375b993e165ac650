"""The life of a flag: the therapist's taps, the client's next rating, and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.signals.assess import Settling, after_rating
from flows.signals.flags import (
    ACKNOWLEDGEMENTS,
    ENDED,
    FLAG_STATES,
    Acknowledgement,
    FlagChange,
    FlagState,
    after,
    after_repair,
    after_settling,
    after_therapy_sessions,
    may_be_taken_back,
    standing,
)
from flows.signals.series import ALLIANCE_MEASURES, SessionRating

START_AT = datetime(2026, 9, 3, 15, 0, tzinfo=UTC)


def rate(number: int, level: float, strain: str | None = "no", **more: str) -> SessionRating:
    items = tuple((measure, level) for measure in ALLIANCE_MEASURES)
    return SessionRating(number, START_AT + timedelta(weeks=number), items, strain, **more)  # type: ignore[arg-type]


FLAGGED = [rate(0, 8), rate(1, 8), rate(2, 8), rate(3, 5)]
OPEN_SINCE = FLAGGED[3].rated_at


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        (rate(4, 8), "settles"),
        (rate(4, 7.26), "settles"),  # 8 - .6495 * sqrt(4 / 3) = 7.25 is one usual spread below
        (rate(4, 7.24), "persists"),
        (rate(4, 8, "a_little"), "persists"),
        (rate(4, 8, "a_little", talked="partly"), "persists"),
        (rate(4, 8, "a_little", talked="yes"), "settles"),
        (rate(4, 8, "rather_not_say"), "persists"),
        (rate(4, 8, None), "persists"),
    ],
)
def test_a_rating_settles_where_it_is_usual_again_and_nothing_is_wrong(
    newest: SessionRating, expected: Settling
) -> None:
    assert after_rating([*FLAGGED, newest], flag_open_since=OPEN_SINCE) == expected


def test_the_rating_that_opened_a_flag_never_settles_it() -> None:
    opened = rate(0, 9, "yes", talked="yes")
    assert after_rating([opened], flag_open_since=opened.rated_at) == "persists"
    assert after_rating([], flag_open_since=opened.rated_at) == "persists"


def test_while_nothing_is_usual_yet_the_clients_word_settles() -> None:
    opened = rate(0, 6, "yes")
    series = [opened, rate(1, 6, "no")]
    assert after_rating(series, flag_open_since=opened.rated_at) == "settles"


@pytest.mark.parametrize("said_so", [True, False])
@pytest.mark.parametrize("acknowledgement", ACKNOWLEDGEMENTS)
def test_the_last_tap_wins_and_only_something_else_ends_what_was_computed(
    acknowledgement: Acknowledgement, said_so: bool
) -> None:
    closes = acknowledgement == "something_else" and not said_so
    expected = FlagChange(acknowledgement, closes=closes)
    assert after(acknowledgement, ended=False, said_so=said_so) == expected
    assert after(acknowledgement, ended=True, said_so=said_so) is None


@pytest.mark.parametrize(
    ("history", "left"),
    [
        ([], ()),
        (["will_raise"], ("will_raise",)),
        (["will_raise", "something_else"], ("will_raise", "something_else")),
        (["will_raise", "something_else", "taken_back"], ("will_raise",)),
        (["something_else", "taken_back", "talked_open"], ("talked_open",)),
        (["taken_back"], ()),
    ],
)
def test_what_stands_of_a_history(history: list[str], left: tuple[str, ...]) -> None:
    assert standing(history) == left


def test_a_tap_may_be_taken_back_for_a_day_if_nothing_came_since() -> None:
    given, day = datetime(2026, 11, 29, 18, tzinfo=UTC), timedelta(days=1)
    assert may_be_taken_back(given, given, given + day - timedelta(seconds=1))
    assert not may_be_taken_back(given, given, given + day)
    assert not may_be_taken_back(given, given + timedelta(hours=1), given + timedelta(hours=2))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_moves_an_ended_flag(state: FlagState) -> None:
    assert after_settling("settles", state=state, raised=True) is None
    assert after_therapy_sessions(9, state=state) is None


@pytest.mark.parametrize(
    ("settling", "state", "raised", "expected"),
    [
        ("settles", "open", False, FlagChange("closed", closes=True)),
        ("settles", "not_this_time", False, FlagChange("closed", closes=True)),
        ("persists", "talked_settled", False, FlagChange("closed", closes=True)),
        ("persists", "talked_settled", True, FlagChange("open", closes=False)),
        ("persists", "something_else", False, FlagChange("closed", closes=True)),
        ("persists", "something_else", True, FlagChange("open", closes=False)),
        ("persists", "not_this_time", True, FlagChange("open", closes=False)),
        ("persists", "will_raise", False, None),
        ("persists", "open", True, None),
    ],
)
def test_the_next_rating_has_the_last_word(
    settling: Settling, state: FlagState, raised: bool, expected: FlagChange | None
) -> None:
    assert after_settling(settling, state=state, raised=raised) == expected


def test_a_flag_grows_stale_after_six_therapy_sessions() -> None:
    assert after_therapy_sessions(5, state="will_raise") is None
    assert after_therapy_sessions(6, state="will_raise") == FlagChange("stale", closes=True)


@pytest.mark.parametrize("word", ["yes_better", "no_matter"])
def test_a_client_has_the_last_word_that_a_strain_is_over(word: str) -> None:
    for state in FLAG_STATES:
        expected = None if state in ENDED else FlagChange("closed", closes=True)
        assert after_repair(word, state=state) == expected


def test_partly_talked_about_stays_open_and_not_yet_changes_nothing() -> None:
    assert after_repair("partly", state="open") == FlagChange("talked_open", closes=False)
    assert after_repair("partly", state="talked_open") is None
    assert after_repair("not_yet", state="open") is None
    assert after_repair("not_yet", state="something_else") == FlagChange("open", closes=False)
    assert after_repair("rather_not_say", state="will_raise") is None
    assert after_repair("rather_not_say", state="closed") is None


def test_what_usual_ratings_ended_is_open_again_where_the_client_says_so() -> None:
    assert after_repair("partly", state="closed") == FlagChange("talked_open", closes=False)
    assert after_repair("not_yet", state="closed") == FlagChange("open", closes=False)
    assert after_repair("partly", state="stale") is None
    assert after_repair("not_yet", state="stale") is None
