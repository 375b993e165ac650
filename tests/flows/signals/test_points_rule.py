"""The points rule on series computed by hand: the dip, the client's word, last time's excess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_rating_rules import at, ids, rate, rated

from flows.signals.assess import assess
from flows.signals.reason import Reason
from flows.signals.rules import DEFAULT
from flows.signals.series import SessionRating
from flows.signals.spreads import ASSUMED, Spreads


def found(
    series: list[SessionRating], spreads: Spreads = ASSUMED, rules: tuple[str, ...] = ("points",)
) -> list[Reason]:
    return list(assess(series, flag_open_since=None, spreads=spreads, rules=rules).reasons)


def test_a_dip_counts_the_clients_own_spreads_below_their_mean() -> None:
    # mean 8; spread sqrt((6 * .5625 + 2) / 8) = .819680; times sqrt(4 / 3) = .946485
    (reason,) = found(rated(7, 8, 9, 4.9))
    assert (reason.number("usual"), reason.number("ratings")) == (8, 3)
    assert reason.number("spread") == pytest.approx(0.819680, abs=1e-4)
    assert reason.number("z") == pytest.approx(-3.275276, abs=1e-4)
    assert reason.number("points") == pytest.approx(3.275276, abs=1e-4)
    assert (reason.number("carried"), reason.number("threshold")) == (0, 3.2)
    assert reason.fact("usual_from") == at(0).isoformat()


def test_a_reason_that_does_not_say_when_its_rating_was_given_has_no_time() -> None:
    (reason,) = found(rated(7, 8, 9, 4.9))
    assert reason.at == at(3)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        _ = replace(reason, evidence=(("rating", 4.9),)).at


@pytest.mark.parametrize(("newest", "speaks"), [(4.97, True), (4.98, False)])
def test_three_points_and_a_fifth_are_enough(newest: float, speaks: bool) -> None:
    # 8 - 3.2 * .946485 = 4.9712
    assert ids(found(rated(7, 8, 9, newest))) == (["points"] if speaks else [])


@pytest.mark.parametrize(
    ("newest", "strain", "speaks"),
    [
        (7.05, "a_little", True),  # 8 - .946485 = 7.0535
        (7.06, "a_little", False),
        (7.05, "yes", True),
        (7.05, "no", False),
        (7.05, "rather_not_say", False),
        (7.05, None, False),
    ],
)
def test_the_clients_word_is_worth_two_points_and_a_fifth(
    newest: float, strain: str | None, speaks: bool
) -> None:
    assert ids(found(rated(7, 8, 9, newest, strain=strain))) == (["points"] if speaks else [])


def test_half_of_what_last_time_exceeded_half_a_point_still_counts() -> None:
    # Last time: 7 beside 8, 8, 8 with spread .649519 * sqrt(4 / 3) = .75: d = 1.3333, and 2.2
    # said. Carried: .5 * (3.5333 - .5) = 1.5167. Now: mean 7.75, spread sqrt((3.375 + .75) / 9)
    # = .677003, times sqrt(1.25) = .756913; 3.2 - 1.5167 = 1.6833 points are 1.2741 below: 6.4759.
    before = [rate(0, 8), rate(1, 8), rate(2, 8), rate(3, 7, strain="a_little")]
    (reason,) = found([*before, rate(4, 6.47)])
    assert reason.number("carried") == pytest.approx(1.5167, abs=1e-4)
    assert reason.number("points") == pytest.approx(3.2077, abs=1e-4)
    assert found([*before, rate(4, 6.48)]) == []


def test_what_last_time_did_not_exceed_counts_no_more() -> None:
    # 7.63 beside 8, 8, 8 is .4933 of .75, and 7.62 .5067: half of .0067 is carried
    for last, carried in ((7.63, 0), (7.62, 0.0033)):
        (reason,) = found([rate(0, 8), rate(1, 8), rate(2, 8), rate(3, last), rate(4, 5)])
        assert reason.number("carried") == carried


def test_only_the_time_just_before_is_carried() -> None:
    # mean 7.4; spread sqrt((3.375 + 7.2) / 10) = 1.028348, times sqrt(1.2): 3.2 points: 3.7972
    series = [rate(0, 8), rate(1, 8), rate(2, 8), rate(3, 5, strain="yes"), rate(4, 8)]
    assert found([*series, rate(5, 3.80)]) == []
    (reason,) = found([*series, rate(5, 3.79)])
    assert reason.number("carried") == 0


def test_a_word_without_a_lower_rating_is_said_so_and_no_more() -> None:
    series = [rate(n, 8, strain="yes") for n in range(6)]
    assert found(series) == []
    assert found([*series[:-1], rate(5, 8.5, strain="yes")]) == []


@pytest.mark.parametrize(("strain", "speaks"), [("no", False), ("a_little", True)])
def test_nine_of_ten_is_pointed_out_only_with_the_clients_word(strain: str, speaks: bool) -> None:
    steady = Spreads(within=0.3)
    found_here = found(rated(*[10] * 20, 9, strain=strain), steady)
    assert ids(found_here) == (["points"] if speaks else [])
    assert ids(found(rated(*[10] * 20, 8.99), steady)) == ["points"]


def test_the_spread_that_is_usual_in_the_practice_decides_what_a_dip_is() -> None:
    series = rated(8, 8, 8, 8, 5.5)
    assert ids(found(series, Spreads(within=0.5))) == ["points"]
    assert found(series, Spreads(within=1.5)) == []


def test_what_is_usual_follows_a_change_that_lasts() -> None:
    series = rated(8, 8, 8, 8, 5, 5, 5, 5, 5, 5)
    held = assess(series, flag_open_since=at(4), rules=("points",))
    assert held.reasons == ()


def test_at_most_twenty_earlier_ratings_say_what_is_usual() -> None:
    (reason,) = found(rated(*[2] * 5, *[8] * 20, 5))
    assert (reason.number("usual"), reason.number("ratings")) == (8, 20)
    assert reason.fact("usual_from") == at(5).isoformat()


KNOWN = Spreads(mean=8.5)
LEVEL = ("points_and_level",)


@pytest.mark.parametrize(("newest", "speaks"), [(5.29, True), (5.30, False)])
def test_a_level_below_the_practices_mean_is_worth_some_points(newest: float, speaks: bool) -> None:
    # (8 - y) / .946485 + .15 (8.5 - y) / .75 = 3.5 at 5.2942
    assert ids(found(rated(7, 8, 9, newest), KNOWN, LEVEL)) == ([*LEVEL] if speaks else [])


def test_a_level_that_is_told_says_how_much_it_counts_and_beside_what() -> None:
    (reason,) = found(rated(7, 8, 9, 5), KNOWN, LEVEL)
    # 3.169622 for the dip, .2 * 3.5 for the level
    assert reason.number("points") == pytest.approx(3.869622, abs=1e-4)
    assert (reason.number("level"), reason.number("practice")) == (0.7, 8.5)
    assert reason.number("threshold") == 3.5


@pytest.mark.parametrize(("newest", "speaks"), [(6.64, True), (6.65, False)])
def test_a_low_level_of_last_time_is_carried_as_well(newest: float, speaks: bool) -> None:
    # Last time 1.3333 + 2.2 + .3, of which .5 * 3.3333 is carried; now (7.75 - y) / .756913 +
    # .2 (8.5 - y) = 1.8333 at 6.6434
    before = [rate(0, 8), rate(1, 8), rate(2, 8), rate(3, 7, strain="a_little")]
    assert bool(found([*before, rate(4, newest)], KNOWN, LEVEL)) is speaks


@pytest.mark.parametrize("spreads", [ASSUMED, Spreads(mean=2.0)])
def test_no_level_counts_where_none_is_known_or_the_rating_lies_above(spreads: Spreads) -> None:
    # 8 - 3.5 * .946485 = 4.6873
    assert found(rated(7, 8, 9, 4.69), spreads, LEVEL) == []
    (reason,) = found(rated(7, 8, 9, 4.68), spreads, LEVEL)
    assert reason.number("level") == 0


def test_without_being_chosen_the_level_does_not_count() -> None:
    assert "points_and_level" not in DEFAULT
    assert found(rated(7, 8, 9, 4.98), KNOWN) == []
