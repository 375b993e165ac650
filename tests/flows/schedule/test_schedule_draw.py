"""Draws: the same on every machine for the same seed, evenly spread, and for any seed."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from flows.schedule.chance import number, order


def test_draws_are_the_same_on_every_machine() -> None:
    assert [number(7, f"slot{i}", 100) for i in range(5)] == [17, 12, 38, 18, 97]
    assert order(7, "slot", 6) == (2, 1, 4, 5, 3, 0)


@pytest.mark.parametrize("seed", [0, -5, 2**80])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert sorted(order(seed, "x", 9)) == list(range(9))


def test_every_order_is_drawn_about_as_often() -> None:
    drawn = Counter(order(seed, "fair", 3) for seed in range(1200))
    assert drawn.keys() == set(permutations(range(3)))
    assert all(150 < count < 250 for count in drawn.values())


def test_every_place_is_drawn_about_as_often() -> None:
    counts = [0] * 5
    for seed in range(2000):
        counts[number(seed, "fair", 5)] += 1
    assert all(330 < count < 470 for count in counts)
