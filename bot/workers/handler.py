"""Handles inbox rows one by one, in the order in which they came, each in one transaction.

Handling sends nothing, so nobody waits for somebody else's network. A row that fails is tried
again later; its sender's later rows wait for it, all others go on. After the third failure the row
is set aside, its sender is told, and the chat goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.logs import trouble
from bot.ports import Transport
from bot.services import dispatch
from bot.services.incoming import Incoming, Pressed
from bot.services.practice import Practice, Work
from bot.workers.supervise import outcome
from storage import inbox
from storage.inbox import InboxRow
from storage.store import Store, Tx

log = structlog.get_logger(__name__)

BATCH = 50
ATTEMPTS = 3
RETRY_AFTER = timedelta(seconds=2)


class Reader(Protocol):
    """Raw update -> what the person did and in which chat; None where it cannot be parsed."""

    async def __call__(self, body: str) -> tuple[Incoming, int] | None: ...


@dataclass(slots=True)
class Handler:
    """Works off the inbox. Several must not run at once: order within a chat is theirs to keep."""

    store: Store
    practice: Practice
    transport: Transport
    clock: Clock
    read: Reader
    handled: int = 0
    _answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def tick(self) -> int:
        """Handle everything that may be handled now; how many rows that were."""
        count = 0
        while True:
            rows = await self.store.read(partial(inbox.list_new, now=self.clock.now(), limit=BATCH))
            waiting: set[int] = set()
            for row in rows:
                if row.person_id in waiting:
                    continue
                if not await self._handle(row) and row.person_id is not None:
                    waiting.add(row.person_id)
                count += 1
            if len(rows) < BATCH:
                return count

    async def settle(self) -> None:
        """Wait until every tap is answered."""
        while self._answering:
            await asyncio.wait(self._answering)

    async def _handle(self, row: InboxRow) -> bool:
        read = await self.read(row.body)
        if read is None:
            await self._set_aside(row, "unparsable")
            return True
        incoming, chat_id = read
        found = await outcome(self.store.write(self._work(row, incoming, chat_id)))
        if isinstance(found, Exception):
            return await self._failed(row, found)
        self.handled += 1
        if isinstance(incoming, Pressed):
            self._answer(incoming.query_id, found)
        return True

    def _work(self, row: InboxRow, incoming: Incoming, chat_id: int) -> Callable[[Tx], str | None]:
        now = self.clock.now()

        def decide(tx: Tx) -> str | None:
            work = Work(tx, self.practice, now, f"in{row.id}")
            return dispatch.handle(work, row, incoming, chat_id)

        return decide

    def _answer(self, query_id: str, toast: str | None) -> None:
        task = asyncio.ensure_future(self.transport.answer_tap(query_id, toast))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _failed(self, row: InboxRow, error: Exception) -> bool:
        """False if the row will be tried again. The error's text may hold a client's words: only
        its kind is logged.
        """
        kind = type(error).__name__
        if row.attempts + 1 >= ATTEMPTS:
            log.error("row_set_aside", row=row.id, **trouble(error))
            await self._set_aside(row, kind)
            return True
        log.warning("row_failed", row=row.id, attempts=row.attempts + 1, **trouble(error))
        now = self.clock.now()
        retry_at = now + RETRY_AFTER * (row.attempts + 1)
        await self.store.write(
            lambda tx: inbox.mark_failed(tx, row.id, now=now, retry_at=retry_at, error=kind)
        )
        return False

    async def _set_aside(self, row: InboxRow, error: str) -> None:
        now = self.clock.now()

        def decide(tx: Tx) -> None:
            dispatch.set_aside(Work(tx, self.practice, now, f"aside{row.id}"), row, error)

        await self.store.write(decide)
