"""Keeps what must go on going: a step that fails is logged by kind and place, and tried again
after a pause.

Used by everything that loops. Hours of trouble must neither spin nor fill a disk with one line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.logs import trouble

log = structlog.get_logger(__name__)
T = TypeVar("T")

LONGEST_PAUSE = 30.0
SELDOM = 128


async def outcome(step: Awaitable[T]) -> T | Exception:
    """The result, or the exception as a value: one failure must not stop what goes on beside it.

    Cancelling the caller cancels the step.
    """
    (found,) = await asyncio.gather(step, return_exceptions=True)
    if isinstance(found, Exception):
        return found
    if isinstance(found, BaseException):
        raise found
    return found


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 2, 4, 8, 16, then 30."""
    return min(2.0 ** min(failures, 5), LONGEST_PAUSE)


def is_told(failures: int) -> bool:
    """True for the first, second, fourth, eighth … failure in a row, later for each 128th."""
    return failures & (failures - 1) == 0 or failures % SELDOM == 0


@dataclass(slots=True)
class Trial:
    """One step that is tried again and again, and how often it has failed in a row."""

    name: str
    clock: Clock
    failures: int = 0
    _again_at: float = 0.0

    async def attempt(self, step: Callable[[], Awaitable[None]]) -> float:
        """Take the step, unless a pause is on; how many seconds to wait before the next: 0 if it
        went well.
        """
        left = self._again_at - self.clock.monotonic()
        if self.failures and left > 0:
            return left
        found = await outcome(step())
        if not isinstance(found, Exception):
            self.failures = 0
            return 0.0
        self.failures += 1
        if is_told(self.failures):
            log.error("worker_failed", worker=self.name, failures=self.failures, **trouble(found))
        pause = pause_after(self.failures)
        self._again_at = self.clock.monotonic() + pause
        return pause


async def keep_running(
    name: str, step: Callable[[], Awaitable[None]], clock: Clock, stop: asyncio.Event
) -> None:
    """Take ``step`` again and again until ``stop``; after failures in a row the pauses grow."""
    trial = Trial(name, clock)
    while not stop.is_set():
        pause = await trial.attempt(step)
        if pause:
            await clock.wait(stop, pause)
