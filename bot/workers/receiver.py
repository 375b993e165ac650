"""Own intake: raw updates are committed to the inbox before Telegram is told that we have them.

A failing commit moves no offset, so Telegram keeps the updates. With a webhook nothing comes by
polls, which then only say whether all was delivered. It must never wait for anything but the poll
and the database.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.ports import Polled, PollFailed, Updates
from bot.services.arriving.intake import TakenIn
from bot.workers.supervise import is_told, pause_after
from bot.workers.taking_in import TakingIn

log = structlog.get_logger(__name__)

FORGET_AFTER = timedelta(days=6)
"""After a week of silence Telegram may start again at any number; before that we forget ours."""
LONGEST_PAUSE = 4.0
"""Seconds between two polls that fail: somebody waits for the first that does not."""
HANGING = frozenset({"ReadTimeout", "PoolTimeout"})
"""Failures of a poll that was never answered."""
HASTY_SECONDS = 0.5
"""A long poll that comes back empty this soon did not wait: somebody between us answers."""
NOBODY_SECONDS = 2.0
"""The pause before looking again if somebody was invited."""
LEFT_SECONDS = 1.0
"""The pause after a look at a webhook to which something is still to be delivered."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Polls that fail again and again for one reason, since when and how many."""

    reason: str
    since: datetime
    last_at: float
    count: int


REFUSED_TIMES = 3
"""So many refusals are no blip, such as another start of the bot itself."""
REFUSED_AGAIN_SECONDS = 120.0
"""Refusals of one reason within this belong together: two who poll refuse each other by turns."""


@dataclass(slots=True)
class Receiver:
    """Polls, commits, and only then lets the offset move. The offset lives in memory only."""

    updates: Updates
    taking_in: TakingIn
    clock: Clock
    last_good_poll: float | None = None
    """On the steady counter: when Telegram last answered."""
    last_sign: float | None = None
    """On the steady counter: when a poll last ended otherwise than by hanging."""
    failures: int = 0
    has_loop: bool = False
    """True where a loop polls: then nobody else may."""
    caught_up: bool = False
    """False after a start and after trouble, until a poll has brought all that there was."""
    failed_poll_at: float | None = None
    """On the steady counter: when the last poll began, if it failed."""
    _refusal: Refusal | None = None
    _complete_at: datetime | None = None
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where a timer waits for the next poll."""
    _offset: int | None = None
    _last_update: tuple[float, datetime] | None = None

    async def tick(self, wait_seconds: float = 0.0) -> tuple[int, float]:
        """Take in one batch; how many updates it had, and how many seconds to wait before the
        next. Nothing is asked for while nobody is in the database.
        """
        if not await self.taking_in.is_anybody_here():
            self.last_sign = self.clock.monotonic()
            return 0, NOBODY_SECONDS
        self._forget_old_offset()
        if self._hurry.is_set():
            self._hurry.clear()
            wait_seconds = 0.0
        began = self.clock.monotonic()
        got = await self._poll(wait_seconds)
        if got is None:
            return 0, 0.0
        if isinstance(got, PollFailed):
            if got.reason not in HANGING:
                self.last_sign = self.clock.monotonic()
            self.failed_poll_at = began
            return 0, self._failed(got)
        answered_at, before = self.clock.now(), self._offset
        if got.updates:
            await self.taking_in.take_in(got.updates, self._go_on)
        self.last_good_poll = self.last_sign = self.clock.monotonic()
        self.failures, self.failed_poll_at = 0, None
        if got.is_all:
            self.caught_up, self._complete_at = True, answered_at
        elif not got.updates:
            return 0, LEFT_SECONDS
        stuck = bool(got.updates) and self._offset == before
        hasty = not got.updates and wait_seconds > self.last_good_poll - began + HASTY_SECONDS
        return len(got.updates), 1.0 if stuck or hasty else 0.0

    async def has_all_until(self, at: datetime) -> bool:
        """True once everything that was sent before ``at`` is in the inbox; polls if no loop does.

        Timers wait for this: an answer given in time beats its expiry, however late it comes in.
        """
        if not self._is_complete(at):
            await self.ask_soon()
        return self._is_complete(at)

    async def ask_soon(self) -> None:
        """Telegram is asked: at once where no loop polls, or else by the loop, without waiting."""
        if self.has_loop:
            self._hurry.set()
        else:
            await self.tick()

    async def _poll(self, wait_seconds: float) -> Polled | PollFailed | None:
        """One poll; None where a long one was ended early, because a timer waits for it.

        What it may have been about to bring is not confirmed, so the next poll brings it.
        """
        if not wait_seconds:
            return await self.updates.poll(self._offset, 0.0)
        polling = asyncio.ensure_future(self.updates.poll(self._offset, wait_seconds))
        hurried = asyncio.ensure_future(self._hurry.wait())
        try:
            await asyncio.wait((polling, hurried), return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                return polling.result()
        finally:
            for task in (polling, hurried):
                task.cancel()
            await asyncio.gather(polling, hurried, return_exceptions=True)
        await self.updates.renew()
        return None

    def is_in_touch(self) -> bool:
        """False while polls fail."""
        return self.failures == 0

    @property
    def refusal(self) -> Refusal | None:
        """The reason for which polls fail now; None: they do not, or nobody knows yet."""
        found = self._refusal
        if found is None or found.count < REFUSED_TIMES:
            return None
        is_old = self.clock.monotonic() - found.last_at > REFUSED_AGAIN_SECONDS
        return None if is_old else found

    def start_over(self) -> None:
        """A poll was given up: nothing is known to be complete until the next one has answered."""
        self.caught_up, self._complete_at = False, None

    def stand_back(self) -> None:
        """Another run polls: what is known of Telegram is known no more. To stand by is a sign of
        life, too.
        """
        self.start_over()
        self._offset = None
        self.last_sign = self.clock.monotonic()

    def _is_complete(self, at: datetime) -> bool:
        return self._complete_at is not None and self._complete_at >= at

    def _forget_old_offset(self) -> None:
        """Both clocks count: the steady one may sleep with the machine, the other may be set."""
        if self._offset is None or self._last_update is None:
            return
        counter, at = self._last_update
        steady = timedelta(seconds=self.clock.monotonic() - counter)
        if max(steady, self.clock.now() - at) > FORGET_AFTER:
            self._offset = None

    def _failed(self, failed: PollFailed) -> float:
        self.failures += 1
        self.start_over()
        self._note_refusal(failed.reason)
        if is_told(self.failures):
            advice = {} if failed.advice is None else {"advice": failed.advice}
            log.warning("poll_failed", reason=failed.reason, failures=self.failures, **advice)
        return max(failed.wait_seconds, min(pause_after(self.failures), LONGEST_PAUSE))

    def _note_refusal(self, reason: str) -> None:
        before, now = self._refusal, self.clock.monotonic()
        goes_on = (
            before is not None
            and before.reason == reason
            and now - before.last_at <= REFUSED_AGAIN_SECONDS
        )
        if before is not None and goes_on:
            self._refusal = Refusal(reason, before.since, now, before.count + 1)
        else:
            self._refusal = Refusal(reason, self.clock.now(), now, 1)

    def _go_on(self, taken: TakenIn) -> None:
        """Go on once the batch is on disk."""
        if taken.next_offset is not None:
            self._offset = taken.next_offset
            self._last_update = (self.clock.monotonic(), self.clock.now())
