"""A client's own times, within what the flow allows."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import combinations

import pytest

from flows.schedule.quiet import QuietHours
from flows.schedule.trigger import Trigger
from flows.schedule.wishes import Wish, WishRefusal, moved_to, refusal_of, with_wish
from flows.triggers.daily import Daily
from flows.triggers.every import Every
from flows.triggers.on_request import OnRequest
from flows.triggers.random import RandomTimes
from flows.triggers.therapy_session_end import AfterTherapySession
from flows.triggers.weekly import Weekly

QUIET = QuietHours(time(21, 30), time(8))
WEEKLY = Weekly((2,), time(18))
TWICE = Weekly((0, 3), time(18))
RANDOM = RandomTimes(time(10), time(18), 1, timedelta(0))


@pytest.mark.parametrize(
    ("trigger", "wish", "expected"),
    [
        (WEEKLY, None, WEEKLY),
        (WEEKLY, Wish(at_wall=time(9)), Weekly((2,), time(9))),
        (WEEKLY, Wish(days=(4,)), Weekly((4,), time(18))),
        (TWICE, Wish(time(9), (1, 5)), Weekly((1, 5), time(9))),
        # the flow has other days than when it was wished for: its own count stands
        (TWICE, Wish(time(9), (4,)), Weekly((0, 3), time(9))),
        (Daily(time(20)), Wish(at_wall=time(9)), Daily(time(9))),
        (Every(3, time(20)), Wish(time(9), (4,)), Every(3, time(9))),
        (RANDOM, Wish(at_wall=time(9)), RANDOM),
        (OnRequest(), Wish(at_wall=time(9)), OnRequest()),
    ],
)
def test_a_wish_moves_what_the_flow_allows(
    trigger: Trigger, wish: Wish | None, expected: Trigger
) -> None:
    assert with_wish(trigger, wish) == expected


@pytest.mark.parametrize(
    ("trigger", "wish", "refusal"),
    [
        (WEEKLY, Wish(time(9), (4,)), None),
        (WEEKLY, Wish(days=(4, 5)), "days_count"),
        (WEEKLY, Wish(at_wall=time(22)), "quiet_hours"),
        (WEEKLY, Wish(at_wall=time(21, 30)), "quiet_hours"),
        (WEEKLY, Wish(at_wall=time(8)), None),
        (Daily(time(20)), Wish(days=(4,)), "days_fixed"),
        (Every(3, time(20)), Wish(at_wall=time(9)), None),
        (RANDOM, Wish(at_wall=time(9)), "no_own_times"),
        (AfterTherapySession(timedelta(hours=2)), Wish(at_wall=time(9)), "no_own_times"),
    ],
)
def test_what_is_not_allowed_is_said(
    trigger: Trigger, wish: Wish, refusal: WishRefusal | None
) -> None:
    assert refusal_of(trigger, wish, QUIET) == refusal


@pytest.mark.parametrize(
    ("days", "day", "then"),
    [
        ((2,), 4, (4,)),
        ((0, 3), 4, (0, 4)),
        ((0, 3), 6, (3, 6)),  # the day before Monday
        ((0, 4), 2, (2, 4)),  # as far from both: the first in the week moves
        ((0, 3), 3, (0, 3)),
    ],
)
def test_the_nearest_of_several_days_moves(
    days: tuple[int, ...], day: int, then: tuple[int, ...]
) -> None:
    assert moved_to(days, day) == then


def test_of_two_days_the_one_nearer_round_the_week_moves_and_of_two_as_near_the_earlier() -> None:
    for days in combinations(range(7), 2):
        for day in set(range(7)) - {*days}:
            near, far = sorted(
                days, key=lambda each: (min(abs(each - day), 7 - abs(each - day)), each)
            )
            assert near != far and moved_to(days, day) == tuple(sorted((far, day)))
