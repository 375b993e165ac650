"""``interlude run``: the workers as loops, APScheduler as the metronome, a watchdog, an orderly
stop.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import App
from bot.clock import Clock
from bot.logs import trouble
from bot.workers.supervise import keep_running, outcome

log = structlog.get_logger(__name__)

TICK_SECONDS = 1
WATCH_SECONDS = 15
KEEP_SECONDS = 3600
IDLE_SECONDS = 1.0
"""How long a loop sleeps that nobody wakes: rows of another process are seen after this."""


@dataclass(slots=True)
class Runner:
    """One application, running until it is asked to stop."""

    app: App
    clock: Clock
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _mail: asyncio.Event = field(default_factory=asyncio.Event)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _receiving: asyncio.Task[None] | None = None
    _renewed_at: float = 0.0

    async def run(self) -> None:
        """Recover, then work until ``stop``; what is not sent by then stays in the outbox."""
        uncertain = await self.app.sender.recover()
        log.info("started", bot=self.app.practice.username, uncertain=uncertain)
        loops = [self._loop("handler", self._handle), self._loop("sender", self._send)]
        self._receiving = self._loop("receiver", self._receive)
        metronome = self._metronome()
        metronome.start()
        try:
            await self.stop.wait()
        finally:
            metronome.shutdown(wait=False)
            await self._finish(loops)
        log.info("stopped")

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT end the run in order; kill -9 is always safe."""
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, self.stop.set)

    def _loop(self, name: str, step: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        return asyncio.create_task(keep_running(name, step, self.clock, self.stop), name=name)

    async def _finish(self, loops: list[asyncio.Task[None]]) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
        self._mail.set()
        self._work.set()
        ending = [*loops, self._receiving] if self._receiving else loops
        await asyncio.gather(*ending, return_exceptions=True)
        await self.app.handler.settle()

    def _metronome(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone="UTC")
        beats: tuple[tuple[Callable[[], Awaitable[None]], int], ...] = (
            (self._tick, TICK_SECONDS),
            (self._watch, WATCH_SECONDS),
            (self._keep, KEEP_SECONDS),
        )
        for step, seconds in beats:
            scheduler.add_job(
                step,
                "interval",
                seconds=seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        return scheduler

    async def _receive(self) -> None:
        receiver = self.app.receiver
        wait = self.app.settings.telegram.poll_seconds if receiver.caught_up else 0
        count, pause = await receiver.tick(wait)
        if count:
            self._mail.set()
        if pause:
            await self.clock.wait(self.stop, pause)

    async def _handle(self) -> None:
        self._mail.clear()
        if await self.app.handler.tick():
            self._work.set()
        await self.clock.wait(self._mail, IDLE_SECONDS)

    async def _send(self) -> None:
        self._work.clear()
        next_at = await self.app.sender.tick()
        await self.clock.wait(self._work, self._until(next_at))

    def _until(self, at: datetime | None) -> float:
        if at is None:
            return IDLE_SECONDS
        return min(max((at - self.clock.now()).total_seconds(), 0.0), IDLE_SECONDS)

    async def _tick(self) -> None:
        await self._guarded("ticker", self.app.ticker.tick())
        self._work.set()

    async def _keep(self) -> None:
        await self._guarded("keeper", self.app.keeper.tick())

    async def _guarded(self, name: str, step: Awaitable[object]) -> None:
        found = await outcome(step)
        if isinstance(found, Exception):
            log.error("worker_failed", worker=name, **trouble(found))

    async def _watch(self) -> None:
        """A poll that neither answers nor fails looks alive: after a while it is begun anew."""
        now = self.clock.monotonic()
        last = max(self.app.receiver.last_good_poll or 0.0, self._renewed_at)
        limit = 2 * self.app.settings.telegram.poll_seconds + 30
        if self._renewed_at == 0.0 and self.app.receiver.last_good_poll is None:
            self._renewed_at = now
        elif now - last > limit and self._receiving is not None:
            log.error("receiver_silent", seconds=round(now - last))
            self._renewed_at = now
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
            await self.app.receiver.updates.renew()
            self._receiving = self._loop("receiver", self._receive)
