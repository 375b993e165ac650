"""Keeps a loop going: a step that fails is logged by kind and place, and tried again after a
pause.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.logs import trouble

log = structlog.get_logger(__name__)
T = TypeVar("T")

LONGEST_PAUSE = 30.0


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


async def keep_running(
    name: str, step: Callable[[], Awaitable[None]], clock: Clock, stop: asyncio.Event
) -> None:
    """Run ``step`` again and again until ``stop``; after failures in a row the pauses grow to 30
    s.
    """
    failures = 0
    while not stop.is_set():
        found = await outcome(step())
        if isinstance(found, Exception):
            failures += 1
            log.error("worker_failed", worker=name, failures=failures, **trouble(found))
            await clock.wait(stop, min(2.0**failures, LONGEST_PAUSE))
        else:
            failures = 0
