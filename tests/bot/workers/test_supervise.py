"""Loops survive hours of failure, without spinning and without filling the log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from bot.clock import TravelClock
from bot.workers.errands import AT_ONCE, MOST_WAITING, Errands
from bot.workers.supervise import Trial, is_told, keep_running, pause_after

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_pauses_grow_to_half_a_minute_and_stay() -> None:
    assert [pause_after(failures) for failures in range(1, 7)] == [2, 4, 8, 16, 30, 30]
    assert pause_after(100_000) == 30


def test_a_year_of_failures_is_told_seldom() -> None:
    a_year = 365 * 24 * 120
    assert sum(map(is_told, range(1, a_year))) < a_year / 100
    assert list(filter(is_told, range(100, 513))) == [128, 256, 384, 512], "and never forgotten"


class _Step:
    """Fails until it is mended."""

    def __init__(self) -> None:
        self.taken, self.is_mended = 0, False

    async def __call__(self) -> None:
        self.taken += 1
        if not self.is_mended:
            raise ValueError("private words")


async def test_a_failing_step_is_tried_again_only_after_its_pause() -> None:
    clock, step = TravelClock(NOW), _Step()
    trial = Trial("test", clock)
    with capture_logs() as lines:
        for _ in range(300):
            await trial.attempt(step)
            clock.jump(clock.now() + timedelta(seconds=1))
    assert step.taken == 5 + (300 - 60) // 30
    assert len(lines) == 4
    assert "private words" not in str(lines)
    step.is_mended = True
    clock.jump(clock.now() + timedelta(minutes=1))
    assert await trial.attempt(step) == 0
    assert trial.failures == 0


async def test_a_loop_outlives_thousands_of_failures() -> None:
    clock, step, stop = TravelClock(NOW), _Step(), asyncio.Event()
    with capture_logs():
        loop = asyncio.create_task(keep_running("test", step, clock, stop))
        while step.taken < 2000:
            clock.jump(clock.now() + timedelta(seconds=30))
            await asyncio.sleep(0)
        assert not loop.done()
        stop.set()
        clock.jump(clock.now() + timedelta(seconds=30))
        await loop


async def test_errands_are_few_at_once_and_not_without_end() -> None:
    errands, door, running = Errands(), asyncio.Event(), []

    async def errand() -> None:
        running.append(1)
        await door.wait()

    with capture_logs() as lines:
        for _ in range(MOST_WAITING + 5):
            errands.run(errand)
        await asyncio.sleep(0)
    assert len(running) <= AT_ONCE
    assert [line["event"] for line in lines] == ["errand_left_out"] * 5
    door.set()
    await errands.settle()
    assert len(running) == MOST_WAITING


async def test_errands_that_fail_or_hang_keep_nobody_from_ending() -> None:
    errands = Errands()

    async def fails() -> None:
        raise ValueError("private words")

    async def hangs() -> None:
        await asyncio.Event().wait()

    with capture_logs() as lines:
        errands.run(fails)
        errands.run(hangs)
        await errands.finish(0.01)
        await errands.settle()
    assert [line["event"] for line in lines] == ["errand_failed"]
    assert "private words" not in str(lines)
