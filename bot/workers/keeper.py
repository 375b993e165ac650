"""Keeps house: what has served its time is removed, unless the clock cannot be trusted. Called once
an hour.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.services.alarms import trail_head
from bot.services.check_in.noting import OFFERED_FOR
from bot.services.own_data import copying, retention
from bot.services.own_data.new_chat import LAST_WORDS_FOR
from bot.services.own_data.new_phone import ADDRESS_FOR
from bot.services.signals import swing_learning
from bot.services.therapy_sessions.calendar_files import KEPT_FOR
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from bot.workers.zone_files import note_new_zones
from storage import calendar_imports, inbox, moves, notes, swings
from storage.store import Store, Tx
from storage.swings import Swings

log = structlog.get_logger(__name__)

CHECKPOINT_TRIES = 5
"""A checkpoint waits for no reader; readers are done in milliseconds."""


@dataclass(slots=True)
class Keeper:
    """Removes done inbox rows once Telegram can no longer repeat them, and words that nobody passed
    on.
    """

    store: Store
    practice: Practice
    clock: Clock
    clock_is_right: Callable[[], Awaitable[bool]]
    """False where nothing may be removed by its age."""

    async def tick(self) -> int:
        """Remove what is older than the retention; how many inbox rows that were."""
        removed = await self._remove() if await self.clock_is_right() else 0
        await self._make_the_file_whole()
        return removed

    async def _remove(self) -> int:
        before = self.clock.now() - timedelta(hours=self.practice.settings.retention.inbox_hours)
        removed = await self.store.write(lambda tx: inbox.purge(tx, before))
        if removed:
            log.info("inbox_purged", rows=removed)
        unclaimed = self.clock.now() - OFFERED_FOR
        dropped = await self.store.write(lambda tx: notes.purge_offered(tx, unclaimed))
        if dropped:
            log.info("notes_purged", rows=dropped)
        undecided = self.clock.now() - KEPT_FOR
        await self.store.write(lambda tx: calendar_imports.purge(tx, undecided))
        await note_new_zones(self.store)
        await self.store.write(self._take_copies_out)
        await self.store.write(self._forget_former_chats)
        await self._end_what_is_kept()
        await self._learn()
        await self.store.write(lambda tx: trail_head.publish(self._work(tx)))
        return removed

    async def _make_the_file_whole(self) -> None:
        """A plain copy of the database file has all but the last hour."""
        for _ in range(CHECKPOINT_TRIES):
            if await self.store.checkpoint():
                return
        log.warning("checkpoint_not_possible", tries=CHECKPOINT_TRIES)

    def _forget_former_chats(self, tx: Tx) -> None:
        """The address of a chat that was left is kept no longer than it may be needed."""
        now = self.clock.now()
        opened, settled = now - ADDRESS_FOR, now - LAST_WORDS_FOR
        moves.forget_former(tx, opened_before=opened, settled_before=settled)

    async def _end_what_is_kept(self) -> None:
        """Clients who left long ago are told when they are erased, and erased, one at a time."""
        while await self.store.write(lambda tx: retention.tell_some(self._work(tx))):
            pass
        while await self.store.write(lambda tx: retention.erase_one(self._work(tx))):
            log.info("retention_erased")

    def _work(self, tx: Tx) -> Work:
        now = self.clock.now()
        return Work(tx, self.practice, now, f"keeper@{now.timestamp():.6f}")

    async def _learn(self) -> None:
        """Once a week the swing of ratings is learnt anew; reading them all is no write."""
        found = await self.store.read(self._learnt)
        if found is not None:
            await self.store.write(lambda tx: swings.add(tx, found))
            log.info("swings_learnt")

    def _learnt(self, tx: Tx) -> Swings | None:
        work = Work(tx, self.practice, self.clock.now(), "keeper")
        return swing_learning.learn(work) if swing_learning.is_due(work) else None

    def _take_copies_out(self, tx: Tx) -> None:
        """Files with a client's own data leave their chat again."""
        work = Work(tx, self.practice, self.clock.now(), "keeper")
        copying.take_out(work, copying.list_due(work))
