"""``interlude run``: the workers as loops, APScheduler as the metronome, a watchdog, an orderly
stop.

It remembers nothing: killed at any moment, the next start finds everything in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import App
from bot.chat.menu import show_menu
from bot.clock import Clock
from bot.logs import trouble
from bot.services.arriving import menus
from bot.services.work.unit_of_work import Work
from bot.starter import Starter
from bot.workers.handler import BATCH
from bot.workers.place import BEAT_SECONDS
from bot.workers.supervise import Trial, is_told, keep_running, outcome
from storage.store import Tx

log = structlog.get_logger(__name__)

TICK_SECONDS = 1
WATCH_SECONDS = 15
KEEP_SECONDS = 3600
CALENDAR_SECONDS = 5
BACKUP_SECONDS = 60
LOOK_SECONDS = 60
IDLE_SECONDS = 1.0
"""The sleep of a loop that nobody wakes: rows of another process are seen after this."""
SENDING_GRACE = 3.0
ERRANDS_GRACE = 1.0
INBOX, OUTBOX = "inbox", "outbox"
"""The hints that runs give each other; without one, a row is seen after ``IDLE_SECONDS``."""
"""Real seconds at the end for what is under way at Telegram."""


@asynccontextmanager
async def doors(app: App) -> AsyncIterator[None]:
    """Telegram and whoever watches can come in meanwhile, where the settings want it; without them
    the HTTP server, which takes 3 MB, is not imported. NoDoorError: Telegram could not.
    """
    async with AsyncExitStack() as stack:
        if app.settings.webhook.is_on:
            from bot.webhook import delivered_to

            await stack.enter_async_context(delivered_to(app))
        if app.settings.health.port:
            from bot.health import served

            await stack.enter_async_context(served(app))
        yield


@dataclass(slots=True)
class Runner:
    """One application, running until it is asked to stop."""

    app: App
    clock: Clock
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    starter: Starter = field(default_factory=Starter)
    _mail: asyncio.Event = field(default_factory=asyncio.Event)
    _receiving: asyncio.Task[None] | None = None
    _listening: asyncio.Task[None] | None = None
    _renewed_at: float = 0.0
    _renewals: int = 0
    _beaten_at: float = 0.0
    _beating: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Recover, then work until ``stop``; what is not sent by then stays in the outbox."""
        app = self.app
        await app.place.begin()
        uncertain = await app.sender.recover()
        log.info("started", bot=app.practice.username, uncertain=uncertain)
        self._renewed_at = self._beaten_at = self.clock.monotonic()
        app.receiver.has_loop = True
        app.webhook_intake.wake = self._arrived
        app.errands.run(partial(show_menu, app.bot, app.practice.texts))
        app.errands.run(self._renew_menus)
        metronome = self._metronome()
        watch = partial(self._watch, metronome)
        loops = [
            self._loop("handler", self._handle),
            self._loop("sender", self._send),
            self._loop("release", self._release),
            self._loop("watch", watch),
        ]
        if app.store.is_shared:
            await app.place.keep(caught_up=False)
            loops.append(self._loop("place", self._keep_place))
            self._listening = self._loop("listener", partial(app.store.listen, self._heard))
        metronome.start()
        try:
            async with doors(app):
                self._receiving = self._loop("receiver", self._receive)
                if self.starter.watchdog_seconds is not None:
                    loops.append(self._loop("watchdog", self._show_life))
                self.starter.ready()
                await self.stop.wait()
        finally:
            self.starter.stopping()
            metronome.shutdown(wait=False)
            await self._finish(loops)
        log.info("stopped")

    async def _renew_menus(self) -> None:
        """An upgrade may have brought other commands: chats with a menu of their own get them."""
        now = self.app.clock.now()
        store, practice = self.app.store, self.app.practice

        def work(tx: Tx) -> Work:
            return Work(tx, practice, now, f"menus@{now.timestamp()}")

        def renew(tx: Tx, few: Sequence[int]) -> None:
            menus.renew(work(tx), few)

        old = await store.read(lambda tx: menus.list_old(work(tx)))
        while old:
            few, old = old[: menus.FEW], old[menus.FEW :]
            await store.write(partial(renew, few=few))
        self.app.sender.wake.set()

    def _loop(self, name: str, step: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        return asyncio.create_task(keep_running(name, step, self.clock, self.stop), name=name)

    async def _finish(self, loops: list[asyncio.Task[None]]) -> None:
        """Intake ends at once, the others after the step in hand, what flies gets its grace."""
        self.stop.set()
        for endless in (self._receiving, self._listening):
            if endless is not None:
                endless.cancel()
                loops = [*loops, endless]
        self._mail.set()
        self.app.sender.wake.set()
        self.app.sender.is_ready.set()
        await asyncio.gather(*loops, *self._beating, return_exceptions=True)
        await self.app.sender.finish(SENDING_GRACE)
        await self.app.strangers.finish(ERRANDS_GRACE)
        await self.app.errands.finish(ERRANDS_GRACE)
        self.app.receiver.has_loop = False
        ended = await outcome(self.app.place.end())
        if isinstance(ended, Exception):
            log.warning("lead_not_given_back", **trouble(ended))

    def _metronome(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone="UTC")
        beats = (
            (Trial("ticker", self.clock), self._tick, TICK_SECONDS),
            (Trial("keeper", self.clock), self._keep, KEEP_SECONDS),
            (Trial("watchman", self.clock), self.app.watchman.tick, LOOK_SECONDS),
            (Trial("calendars", self.clock), self._read_calendars, CALENDAR_SECONDS),
            (Trial("backups", self.clock), self._back_up, BACKUP_SECONDS),
        )
        for trial, step, seconds in beats:
            scheduler.add_job(
                self._beat,
                "interval",
                args=(trial, step),
                seconds=seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        return scheduler

    async def _beat(self, trial: Trial, step: Callable[[], Awaitable[None]]) -> None:
        """One beat of the metronome, for the run that leads; the end of the run waits for it."""
        self._beaten_at = self.clock.monotonic()
        task = asyncio.current_task()
        if task is None or self.stop.is_set() or not self.app.place.leads:
            return
        self._beating.add(task)
        task.add_done_callback(self._beating.discard)
        await trial.attempt(step)

    async def _keep_place(self) -> None:
        """Say that this run lives; the one that leads sorts what the dead had claimed."""
        place, receiver = self.app.place, self.app.receiver
        await place.keep(caught_up=receiver.caught_up)
        if place.is_outdated:
            self.stop.set()
            return
        if place.leads:
            uncertain = await outcome(self.app.sender.recover())
            if uncertain:
                self.app.sender.wake.set()
            if isinstance(uncertain, Exception):
                log.error("claims_not_sorted", **trouble(uncertain))
        await self.clock.wait(self.stop, BEAT_SECONDS)

    def _heard(self, what: str) -> None:
        """Another run says that there is something to do."""
        if what == INBOX:
            self._mail.set()
        else:
            self.app.sender.wake.set()

    def _hint(self, what: str) -> None:
        """Tell the other runs, whose share it may be in."""
        if self.app.place.has_others:
            self.app.errands.run(partial(self.app.store.hint, what))

    async def _receive(self) -> None:
        receiver = self.app.receiver
        if not self.app.place.leads:
            receiver.stand_back()
            self._renewed_at = self.app.signs.ticked_at = self.clock.monotonic()
            await self.clock.wait(self.stop, BEAT_SECONDS)
            return
        wait = self.app.settings.telegram.poll_seconds if receiver.caught_up else 0
        count, pause = await receiver.tick(wait)
        if count:
            self._arrived()
        if pause:
            await self.clock.wait(self.stop, pause)

    def _arrived(self) -> None:
        """There are updates in the inbox that nobody has looked at."""
        self._mail.set()
        self._hint(INBOX)
        self.app.sender.is_ready.set()  # a stranger may be among them

    async def _handle(self) -> None:
        self._mail.clear()
        found = await self.app.handler.step()
        if found:
            self.app.sender.wake.set()
            self._hint(OUTBOX)
        if found < BATCH:
            await self.clock.wait(self._mail, IDLE_SECONDS)

    async def _send(self) -> None:
        self.app.sender.wake.clear()
        await self.app.backing_up.keep_log()  # whoever is told of it can rely on it
        next_at = await self.app.sender.step()
        await self.clock.wait(self.app.sender.wake, self._until(next_at))

    async def _release(self) -> None:
        """Let messages go in their slots, whatever the database is doing meanwhile."""
        sender = self.app.sender
        sender.is_ready.clear()
        left = sender.release()
        await self.clock.wait(sender.is_ready, IDLE_SECONDS if left is None else left)

    def _until(self, at: datetime | None) -> float:
        """Seconds to sleep. A row that is due and still did not go waits for another one, which
        will wake us: looking again at once would only spin.
        """
        left = IDLE_SECONDS if at is None else (at - self.app.clock.now()).total_seconds()
        return min(left, IDLE_SECONDS) if left > 0 else IDLE_SECONDS

    async def _tick(self) -> None:
        if not self.app.store.is_in_place():
            log.error("database_displaced", advice="the bot stops; see the last line")
            self.stop.set()
            return
        await self.app.ticker.tick()
        self.app.signs.ticked_at = self.clock.monotonic()
        self.app.sender.wake.set()

    async def _read_calendars(self) -> None:
        await self.app.calendars.tick()
        self.app.sender.wake.set()

    async def _keep(self) -> None:
        await self.app.keeper.tick()

    async def _back_up(self) -> None:
        """Not on a wrong clock: the backups that are kept are chosen by their dates."""
        if await self.app.clock_watch.is_right():
            await self.app.backing_up.tick()

    async def _watch(self, metronome: AsyncIOScheduler) -> None:
        await self.clock.wait(self.stop, WATCH_SECONDS)
        if self.stop.is_set():
            return
        now = self.clock.monotonic()
        if now - self._beaten_at >= WATCH_SECONDS and not self._beating:
            self._start_anew(metronome)
        if self.app.receiver.taking_in.is_waiting_for_people or not self.app.place.leads:
            return
        limit = 2 * self.app.settings.telegram.poll_seconds + 30
        last = max(self.app.receiver.last_good_poll or 0.0, self._renewed_at)
        if now - last > limit:
            await self._renew(now - last)

    async def _show_life(self) -> None:
        """The service manager hears of the bot as long as it does what it is for."""
        lacking = await self.app.signs.lacking()
        if lacking:
            log.error("no_sign_of_life", parts=lacking)
        else:
            self.starter.works()
        often = (self.starter.watchdog_seconds or WATCH_SECONDS) / 3
        await self.clock.wait(self.stop, min(often, WATCH_SECONDS))

    def _start_anew(self, metronome: AsyncIOScheduler) -> None:
        """APScheduler goes by the machine's time of day: set back an hour, it would sleep for
        one.
        """
        log.warning("metronome_late")
        for beat in metronome.get_jobs():
            beat.modify(next_run_time=self.clock.now())

    async def _renew(self, silence: float) -> None:
        """A poll that neither answers nor fails looks alive: after a while it is begun anew."""
        self._renewals += 1
        if is_told(self._renewals):
            log.error("receiver_silent", seconds=round(silence), renewals=self._renewals)
        self._renewed_at = self.clock.monotonic()
        receiver = self.app.receiver
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
        receiver.start_over()
        await receiver.updates.renew()
        self._receiving = self._loop("receiver", self._receive)
