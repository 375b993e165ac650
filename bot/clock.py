"""The one place that reads the time; pacing, leases, invites and the sandbox take a ``Clock``.

Used by everything in ``bot``. It must never be bypassed: a second way to read the time could not be
made to travel in the demo and the tests.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Now, a steady counter, sleeping, and waiting with a deadline."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds of a counter that never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of this clock's time."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for ``event`` at most ``seconds``; True if it was set."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        return True


class TravelClock:
    """A clock that stands still until it is told to jump: the demo's and the tests' time
    machine.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._start = now
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def jump(self, to: datetime) -> None:
        """Move to ``to``; a moment that lies behind changes nothing."""
        if to > self._now:
            self._now = to
            self._moved.set()
            self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        while self.monotonic() < until:
            await self._moved.wait()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        until = self.monotonic() + seconds
        while not event.is_set() and self.monotonic() < until:
            tasks = {asyncio.ensure_future(event.wait()), asyncio.ensure_future(self._moved.wait())}
            _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
        return event.is_set()
