"""Own intake: raw updates are committed to the inbox before Telegram is told that we have them.

A failing commit moves no offset, so Telegram keeps the updates. Strangers and groups never get a
row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.ports import PollFailed, Transport, Updates
from bot.services import intake
from bot.services.practice import Practice
from storage.store import Store

log = structlog.get_logger(__name__)

IDLE_RESET_SECONDS = 6 * 24 * 3600
"""After a week of silence Telegram may start again at any number; before that we forget ours."""


@dataclass(slots=True)
class Receiver:
    """Polls, commits, and only then lets the offset move. The offset lives in memory only."""

    store: Store
    updates: Updates
    transport: Transport
    practice: Practice
    clock: Clock
    last_good_poll: float | None = None
    """On the steady counter: when Telegram last answered."""
    caught_up: bool = False
    """True while nothing that was sent before now can still be waiting at Telegram."""
    failures: int = 0
    _offset: int | None = None
    _last_update: float = field(default=0.0)
    _told: dict[int, date] = field(default_factory=dict)

    async def tick(self, wait_seconds: float = 0.0) -> tuple[int, float]:
        """Take in one batch; how many updates it had, and how many seconds to wait before the
        next.
        """
        self._forget_old_offset()
        got = await self.updates.poll(self._offset, wait_seconds)
        if isinstance(got, PollFailed):
            return 0, self._failed(got)
        self.failures = 0
        if got.updates:
            await self._take_in(got.updates)
        self.last_good_poll = self.clock.monotonic()
        self.caught_up = self.caught_up or not got.updates
        return len(got.updates), 0.0

    def _forget_old_offset(self) -> None:
        now = self.clock.monotonic()
        if self._offset is not None and now - self._last_update > IDLE_RESET_SECONDS:
            self._offset = None

    def _failed(self, failed: PollFailed) -> float:
        self.failures += 1
        # what was sent meanwhile has to be taken in before a reminder or an expiry may act
        self.caught_up = False
        log.warning("poll_failed", reason=failed.reason, failures=self.failures)
        return max(failed.wait_seconds, min(2.0 ** min(self.failures, 5), 30.0))

    async def _take_in(self, raw: tuple[Any, ...]) -> None:
        now = self.clock.now()
        taken = await self.store.write(lambda tx: intake.take_in(tx, raw, now))
        if taken.next_offset is not None:
            self._offset = taken.next_offset
            self._last_update = self.clock.monotonic()
        if taken.unreadable:
            log.error("updates_unreadable", count=taken.unreadable)
        for stranger in taken.strangers:
            await self._tell(stranger, now)
        for chat_id in taken.groups:
            await self.transport.leave(chat_id)

    async def _tell(self, stranger: intake.Stranger, now: datetime) -> None:
        """One static line a day and chat; nothing of it is written down."""
        if self._told.get(stranger.chat_id) == now.date() and not stranger.has_link:
            return
        if len(self._told) > 10_000:
            self._told.clear()
        self._told[stranger.chat_id] = now.date()
        key = "client.stranger_link" if stranger.has_link else "client.stranger"
        text = self.practice.texts.say(stranger.language, key)
        await self.transport.say_to_stranger(stranger.chat_id, text)
