"""Looks for what has come due and lets the services act: occurrences, timers, plans, digests.

Called every second by APScheduler, which holds nothing else; in the demo by its driver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.clock import Clock
from bot.services import check_ins, digests, due
from bot.services.practice import Practice, Work
from storage import inbox, occurrences, timers
from storage.store import Store, Tx
from storage.timers import Timer

T = TypeVar("T")

DIGEST_LOOK = timedelta(minutes=10)
"""A digest that could not be frozen, or a therapist who has just connected, waits no longer."""


@dataclass(slots=True)
class Ticker:
    """Acts on due rows in small transactions, so that answers get in between."""

    store: Store
    practice: Practice
    clock: Clock
    backlog_is_in: Callable[[], bool]
    """True once updates from before now are in the inbox: an answer in time beats its expiry."""
    _digests_at: datetime | None = None
    """When to look for owed digests again; None before the first look."""
    _cut_off_at: datetime | None = None

    async def tick(self) -> datetime | None:
        """Do all that is due; when the next thing is, or None if nothing is planned."""
        await self._plan()
        waits = await self._fire()
        await self._open()
        await self._digests()
        return await self._next_due(timers_wait=waits)

    async def _write(self, origin: str, decide: Callable[[Work], T]) -> T:
        now = self.clock.now()
        return await self.store.write(lambda tx: decide(Work(tx, self.practice, now, origin)))

    async def _plan(self) -> None:
        while await self._write("plan", due.plan_ahead):
            pass

    async def _open(self) -> None:
        after_id: int | None = 0
        while after_id is not None:
            last = after_id
            after_id = await self._write("due", partial(due.open_due, after_id=last))

    async def _fire(self) -> bool:
        """Fire what is due; True if timers wait because the backlog is not in yet."""
        while True:
            found = await self.store.read(
                partial(timers.list_due, now=self.clock.now(), limit=due.CHUNK)
            )
            if not found:
                return False
            if not self.backlog_is_in() or await self.store.read(inbox.count_new) > 0:
                return True
            await self._write("timer", partial(_fire_all, found=found))

    async def _digests(self) -> None:
        now = self.clock.now()
        if self._digests_at is not None and now < self._digests_at:
            return
        owed = await self.store.read(
            lambda tx: digests.list_owed(Work(tx, self.practice, now, "digest"))
        )
        for therapist_id in owed:
            await self._write("digest", partial(digests.freeze, therapist_id=therapist_id))
        self._cut_off_at = await self.store.read(
            lambda tx: digests.next_cut_off_of_all(Work(tx, self.practice, now, "digest"))
        )
        soon = now + DIGEST_LOOK
        self._digests_at = soon if self._cut_off_at is None else min(soon, self._cut_off_at)

    async def _next_due(self, *, timers_wait: bool) -> datetime | None:
        now = self.clock.now()

        def ask(tx: Tx) -> list[datetime | None]:
            return [
                occurrences.next_due_at(tx, now),
                None if timers_wait else timers.next_due_at(tx),
                self._cut_off_at,
            ]

        return min((at for at in await self.store.read(ask) if at is not None), default=None)


def _fire_all(work: Work, found: list[Timer]) -> None:
    for timer in found:
        mine = Work(work.tx, work.practice, work.now, f"timer{timer.id}")
        check_ins.fire(mine, timer)
