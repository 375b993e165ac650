"""Takes in what Telegram delivers to the webhook: each update is on disk before it is answered.

Used by the listener. Telegram makes several deliveries at once, those of one chat one after the
other; those that wait for the same commit are taken in together, in the order of their numbers. It
must never say yes to what is not committed, and never let one delivery cost another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.logs import trouble
from bot.workers.supervise import is_told, outcome
from bot.workers.taking_in import TakingIn

log = structlog.get_logger(__name__)

TOGETHER = 50
"""The most updates in one commit, which is to stay far below 50 ms."""


def _unheard() -> None:
    """Nobody sleeps."""


@dataclass(eq=False, slots=True)
class _Delivery:
    """One update and whoever waits to hear whether it is kept."""

    update: Any
    kept: asyncio.Future[bool]

    @property
    def number(self) -> int:
        """Telegram's number; first come those that have none, which nobody will handle."""
        found = self.update.get("update_id") if isinstance(self.update, dict) else None
        return found if type(found) is int else 0


@dataclass(slots=True)
class WebhookIntake:
    """The deliveries that wait for a commit."""

    taking_in: TakingIn
    wake: Callable[[], None] = _unheard
    """Called after each commit: there is something to handle."""
    failures: int = 0
    """The number of commits in a row that failed."""
    _waiting: list[_Delivery] = field(default_factory=list)
    _committing: asyncio.Task[None] | None = None

    async def take(self, update: Any) -> bool:
        """True once it is on disk, or was passed as one that nobody can keep; False: Telegram has
        to deliver it again. Cancelled, what it has begun is finished all the same.
        """
        if not await self.taking_in.is_anybody_here():
            return False
        delivery = _Delivery(update, asyncio.get_running_loop().create_future())
        self._waiting.append(delivery)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())
        return await delivery.kept

    async def finish(self, seconds: float) -> None:
        """Give what is being committed so many seconds."""
        if self._committing is not None:
            await asyncio.wait((self._committing,), timeout=seconds)

    async def _commit_all(self) -> None:
        while self._waiting:
            # whoever waits no more has told Telegram to deliver it again
            there = [each for each in self._waiting if not each.kept.done()]
            waiting = sorted(there, key=lambda each: each.number)
            few, self._waiting = waiting[:TOGETHER], waiting[TOGETHER:]
            if not await self._commit(few) and len(few) > 1:
                for each in few:
                    await self._commit([each])
            for each in few:
                if not each.kept.done():
                    each.kept.set_result(False)

    async def _commit(self, few: list[_Delivery]) -> bool:
        """Take them in together; False, and nobody has an answer, where that failed."""
        found = await outcome(self.taking_in.take_in(tuple(each.update for each in few)))
        if isinstance(found, Exception):
            self.failures += 1
            if is_told(self.failures):
                log.error("deliveries_not_kept", failures=self.failures, **trouble(found))
            return False
        self.failures = 0
        for each in few:
            if not each.kept.done():
                each.kept.set_result(True)
        self.wake()
        return True
