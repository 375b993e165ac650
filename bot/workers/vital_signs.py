"""Signs that the bot lives and does what it is for: it polls or listens, it ticks, it commits.

Used by the watchdog and by /readyz. Nothing is alive because it says so: each sign comes from the
work itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from bot.clock import Clock
from bot.workers.receiver import Receiver
from bot.workers.supervise import outcome
from storage.store import Store

Part = Literal["poll", "listener", "tick", "commit"]
POLL_GRACE = 40.0
"""Seconds beyond a long poll after which it should have been answered: 90 for one of 50."""
TICK_SECONDS = 60.0
"""A tick comes each second; one that freezes a clinic's digests takes some."""
COMMIT_SECONDS = 10.0
KNOCK_SECONDS = 10.0
KNOCK = b"GET / HTTP/1.1\r\nHost: interlude\r\nConnection: close\r\n\r\n"
ANSWERED = b"HTTP/"


@dataclass(slots=True)
class VitalSigns:
    """The signs of one running application."""

    store: Store
    clock: Clock
    receiver: Receiver
    poll_seconds: float
    began_at: float
    door: tuple[str, int] | None = None
    """Host and port at which Telegram's deliveries arrive; None: the bot polls."""
    ticked_at: float | None = None
    """On the steady counter: when the ticker last came to its end without trouble."""

    async def lacking(self) -> tuple[Part, ...]:
        """The parts that give no fresh sign of life; empty where all do. A poll that Telegram
        refuses at once is one: starting anew would mend nothing. With a webhook nobody need poll:
        the door must answer.
        """
        parts: list[Part] = []
        if self.door is not None:
            if await outcome(self._knock(*self.door)) is not True:
                parts.append("listener")
        elif not self._is_fresh(self.receiver.last_sign, self.poll_seconds + POLL_GRACE):
            parts.append("poll")
        if not self._is_fresh(self.ticked_at, TICK_SECONDS):
            parts.append("tick")
        if isinstance(await outcome(self._commit()), Exception):
            parts.append("commit")
        return tuple(parts)

    def is_in_touch(self) -> bool:
        """True where Telegram has answered a poll in the time of one."""
        return self._is_fresh(self.receiver.last_good_poll, self.poll_seconds + POLL_GRACE)

    def poll_age(self) -> float | None:
        """Seconds since Telegram last answered a poll; None: it has not yet."""
        last = self.receiver.last_good_poll
        return None if last is None else self.clock.monotonic() - last

    def _is_fresh(self, last: float | None, seconds: float) -> bool:
        """True for a sign within so many seconds, or so soon after the start."""
        return self.clock.monotonic() - (self.began_at if last is None else last) <= seconds

    async def _knock(self, host: str, port: int) -> bool:
        """True where the listener answers somebody who knows no secret."""
        async with asyncio.timeout(KNOCK_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(KNOCK)
                return await reader.readexactly(len(ANSWERED)) == ANSWERED
            finally:
                writer.close()

    async def _commit(self) -> None:
        """An empty transaction: the writer takes it, and it ends."""
        async with asyncio.timeout(COMMIT_SECONDS):
            await self.store.write(lambda tx: None)
