"""The swings of a practice: assumed at first, learnt rating by rating."""

from __future__ import annotations

import pytest

from flows.signals.spreads import ASSUMED, Learning, Moments, learnt, moments_of


def test_nothing_learnt_is_what_is_assumed() -> None:
    assert learnt([]) == ASSUMED
    assert learnt([[1, 9], [5]]) == ASSUMED
    assert ASSUMED.mean is None


def test_three_ratings_of_a_client_teach_and_what_is_taken_out_again_does_not() -> None:
    learning = Learning()
    learning.add(moments_of([7, 8, 9]))
    assert learning.spreads() != ASSUMED
    learning.add(moments_of([7, 8, 9]), times=-1)
    assert learning.spreads() == ASSUMED


def test_the_swing_within_clients_is_pooled_with_what_is_assumed() -> None:
    # (10 * .5625 + 2 + 8) / (10 + 2 + 2) = 1.116071
    spreads = learnt([[7, 8, 9], [2, 4, 6]])
    assert spreads.within == pytest.approx(1.056443, abs=1e-6)
    # means 8 and 4: squares 8; (5 + 8) / (5 + 1)
    assert spreads.between == pytest.approx(1.471960, abs=1e-6)
    assert spreads.mean == 6


def test_the_moments_of_ratings_are_those_reckoned_at_once() -> None:
    assert moments_of([]) == Moments()
    found = moments_of([2, 4, 9])
    assert (found.ratings, found.mean, found.squares) == (3, 5, 26)


def test_much_that_was_learnt_outweighs_what_is_assumed() -> None:
    spreads = learnt([[level, level + 4, level] for level in (1, 2, 3, 4, 5, 6)] * 20)
    assert spreads.within == pytest.approx((32 / 3 / 2) ** 0.5, rel=0.03)
