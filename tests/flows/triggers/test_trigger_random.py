"""Random times: drawn from the seed, spread over the window, and dropped where they do not fit."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta

from flows.schedule.local_time import wall_at
from flows.schedule.quiet import QuietHours
from flows.schedule.zones import zone
from flows.triggers.random import RandomTimes, drawn

BERLIN = zone("Europe/Berlin")
DAY = date(2026, 6, 3)
TWICE = RandomTimes(time(10), time(18), 2, timedelta(hours=2))


def walls(
    trigger: RandomTimes, *, day: date = DAY, seed: int = 1, quiet: QuietHours | None = None
) -> list[time]:
    found = drawn(trigger, day, zone=BERLIN, quiet=quiet, seed=seed)
    return [wall_at(at, BERLIN).time() for at in found]


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    assert walls(TWICE) == walls(TWICE)
    draws = {tuple(walls(TWICE, seed=seed)) for seed in range(50)}
    assert len(draws) > 45
    assert len({tuple(walls(TWICE, day=DAY + timedelta(days=n))) for n in range(50)}) > 45


def test_the_whole_window_is_used() -> None:
    once = RandomTimes(time(10), time(18), 1, timedelta(hours=2))
    hours = [walls(once, seed=seed)[0].hour for seed in range(400)]
    assert set(hours) == set(range(10, 18))
    assert all(hours.count(hour) > 25 for hour in range(10, 18))


def test_no_more_times_than_the_gap_leaves_room_for() -> None:
    crowded = RandomTimes(time(10), time(18), 5, timedelta(hours=3))
    assert len(walls(crowded)) == 3
    assert len(walls(RandomTimes(time(10), time(18), 5, timedelta(hours=1)))) == 5


def test_quiet_hours_are_left_out_of_the_window_and_pile_nothing_up() -> None:
    evening = RandomTimes(time(18), time(23), 1, timedelta(hours=2))
    quiet = QuietHours(time(21), time(8))
    found = [walls(evening, seed=seed, quiet=quiet)[0] for seed in range(200)]
    assert max(found) < time(21)
    assert len(set(found)) > 90
    assert walls(RandomTimes(time(22), time(23), 1, timedelta(0)), quiet=quiet) == []


def test_around_the_clock_the_gap_to_the_next_day_is_kept() -> None:
    always = RandomTimes(time(0), time(0), 3, timedelta(hours=6))
    days = [DAY + timedelta(days=n) for n in range(60)]
    times = [at for day in days for at in drawn(always, day, zone=BERLIN, quiet=None, seed=4)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert min(gaps) >= timedelta(hours=6)
    assert len(times) == 180


def test_a_minute_that_the_clock_repeats_within_quiet_hours_is_given_up() -> None:
    night = RandomTimes(time(2, 30), time(3), 1, timedelta(0))
    quiet = QuietHours(time(22), time(2, 30))
    autumn = date(2026, 10, 25)
    for seed in range(60):
        for at in drawn(night, autumn, zone=BERLIN, quiet=quiet, seed=seed):
            assert not quiet.hold(wall_at(at, BERLIN).time())
            assert wall_at(at, BERLIN) >= datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001
