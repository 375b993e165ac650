"""Even spacing: no second holds more than the cap, and lateness costs as little as can be."""

from __future__ import annotations

import random

import pytest

from bot.config.settings import Sending
from bot.workers.pacer import CATCH_UP, JITTER, MARGIN, Pacer, Spacing

CAP = 30


def leave(
    spacing: Spacing, count: int, late: random.Random | None, most_late: float
) -> list[float]:
    """When so many messages leave, each as soon as it may and then by some lateness of ours."""
    times, now = [], 0.0
    for _ in range(count):
        now += spacing.wait(now)
        now += late.uniform(0, most_late) if late else 0.0
        spacing.take(now)
        times.append(now)
    return times


def most_in_a_second(times: list[float]) -> int:
    ranked = sorted(times)
    return max(
        sum(1 for at in ranked[place : place + 2 * CAP] if at < first + 1.0)
        for place, first in enumerate(ranked)
    )


@pytest.mark.parametrize("seed", range(5))
def test_no_second_holds_more_than_the_cap_however_late_and_however_unevenly_they_arrive(
    seed: int,
) -> None:
    rng = random.Random(seed)
    left = leave(Spacing(CAP, 0.0), 2000, rng, 0.1)
    jitter = JITTER * 0.99
    assert most_in_a_second([at + rng.uniform(0, jitter) for at in left]) <= CAP


def test_a_little_lateness_costs_no_slot() -> None:
    late = leave(Spacing(CAP, 0.0), 3001, random.Random(1), JITTER * 0.99)
    assert 3000 / (late[-1] - late[0]) == pytest.approx(CAP * MARGIN, rel=0.003)


def test_what_a_moment_of_standstill_cost_is_made_good() -> None:
    """Every third of a second nothing can leave for a tenth: nearly all slots are used."""
    spacing, now, left = Spacing(CAP, 0.0), 0.0, 0
    while now < 100:
        now += spacing.wait(now)
        now += 0.1 - now % 0.333 if now % 0.333 < 0.1 else 0.0
        spacing.take(now)
        left += 1
    assert left / 100 > 0.98 * CAP * MARGIN


def test_little_is_saved_up_for_a_burst() -> None:
    spacing = Spacing(CAP, 0.0)
    now = 100.0
    left = 0
    while spacing.wait(now) == 0:
        spacing.take(now)
        left += 1
    assert left == int(CATCH_UP * CAP * MARGIN) + 1


def test_a_429_slows_everybody_down_for_a_while_and_not_for_ever() -> None:
    pacer = Pacer(Sending(), 0.0)

    def seconds_for(count: int, now: float) -> float:
        begins = now
        for number in range(count):
            now += pacer.wait((number, begins), "message", now)
            pacer.take((number, begins), "message", now)
        return now - begins

    usual = seconds_for(290, 1.0)
    pacer.slow_down("chat", 1.0, 20.0)
    assert pacer.wait_of_chat("chat", "message", 20.0) == 1.0
    assert pacer.wait("another", "message", 20.0) == 0.0, "one chat may have its own reasons"
    assert seconds_for(290, 22.0) == pytest.approx(usual / 0.95, rel=0.01)
    assert seconds_for(290, 90.0) == pytest.approx(usual, rel=0.01)
    pacer.slow_down("one", 5.0, 200.0)
    pacer.slow_down("two", 5.0, 200.0)
    assert pacer.wait("another", "message", 200.0) == 5.0
    assert pacer.halt(200.0) == 5.0
