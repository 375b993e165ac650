"""Calls on which nothing hangs: an answer to a tap, leaving a group.

They have no row: what is lost is lost. Used by the receiver and the handler, so that neither waits
for somebody's network. They must never crowd out the sender: few at once, and only so many waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.logs import trouble
from bot.workers.supervise import outcome

log = structlog.get_logger(__name__)

AT_ONCE = 8
MOST_WAITING = 1000


@dataclass(slots=True)
class Errands:
    """The tasks that run beside the work."""

    at_once: int = AT_ONCE
    most_waiting: int = MOST_WAITING
    _places: asyncio.Semaphore = field(init=False)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)

    def run(self, call: Callable[[], Awaitable[None]]) -> None:
        """Do it soon. Past as many as may wait, it is left out."""
        if len(self._under_way) >= self.most_waiting:
            log.warning("errand_left_out")
            return
        task = asyncio.ensure_future(self._do(call))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait until all are done."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def finish(self, seconds: float) -> None:
        """Give them so many seconds, then drop what is left."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        left = list(self._under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _do(self, call: Callable[[], Awaitable[None]]) -> None:
        async with self._places:
            found = await outcome(call())
        if isinstance(found, Exception):
            log.warning("errand_failed", **trouble(found))
