"""Even spacing: no second holds more than the cap, and lateness costs as little as can be."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass

import pytest

from bot.config.settings import Sending
from bot.workers.pacer import CATCH_UP, MARGIN, Bucket, Pacer, Slot, Spacing

CAP = 30


@dataclass
class Road:
    """The way to Telegram and back: how long a message takes, and how much longer it may take."""

    chance: random.Random
    usual: float = 0.0
    longer: float = 0.0

    def there(self) -> float:
        return self.usual + self.chance.uniform(0, self.longer)


def leave(
    spacing: Spacing, count: int, road: Road, *, most_late: float = 0.0
) -> tuple[list[float], list[float]]:
    """Return when so many messages leave, each as soon as it may and then by some lateness of ours,
    and when they arrive.
    """
    left: list[float] = []
    arrived: list[float] = []
    answers: list[tuple[float, int, Slot]] = []
    now = 0.0
    while len(left) < count:
        waits = spacing.wait(now)
        if answers and answers[0][0] <= now + waits:
            now, _, slot = heapq.heappop(answers)
            spacing.answered(slot, now)
            continue
        if waits:
            now += waits
            continue
        now += road.chance.uniform(0, most_late)
        slot = spacing.take(now)
        left.append(now)
        arrived.append(now + road.there())
        heapq.heappush(answers, (arrived[-1] + road.usual, len(left), slot))
    return left, arrived


def most_in_a_second(times: list[float]) -> int:
    ranked = sorted(times)
    return max(
        sum(1 for at in ranked[place : place + 2 * CAP] if at < first + 1.0)
        for place, first in enumerate(ranked)
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("usual", "longer"), [(0.002, 0.03), (0.05, 0.2), (0.3, 0.05)])
def test_no_second_holds_more_than_the_cap_however_late_and_however_unevenly_they_arrive(
    seed: int, usual: float, longer: float
) -> None:
    road = Road(random.Random(seed), usual, longer)
    _, arrived = leave(Spacing(CAP, 0.0), 2000, road, most_late=0.1)
    assert most_in_a_second(arrived) <= CAP


@pytest.mark.parametrize("usual", [0.0, 0.05, 0.3])
def test_a_little_lateness_costs_no_slot(usual: float) -> None:
    saved_up = CATCH_UP * CAP * MARGIN
    left, _ = leave(Spacing(CAP, 0.0), 3001, Road(random.Random(1), usual, 0.004), most_late=0.002)
    assert (3000 - saved_up) / (left[-1] - left[0]) == pytest.approx(CAP * MARGIN, rel=0.003)


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


def test_a_bucket_is_full_again_once_time_has_filled_it() -> None:
    """By that a chat is forgotten in which nothing has left for a while."""
    bucket = Bucket(burst=5, rate=1, now=0)
    bucket.take(0)
    assert not bucket.is_full(0.5)
    assert bucket.is_full(1)
