"""Handles inbox rows in the order in which they came, a few in one transaction.

Handling sends nothing, so nobody waits for somebody else's network. Where one of a few fails, none
is kept and each gets a transaction of its own. A row that fails there is tried again later; its
sender's later rows wait for it, all others go on. After the third failure the row is set aside, its
sender is told, and the chat goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.logs import trouble
from bot.metrics import Figures
from bot.ports import Transport
from bot.services.arriving import dispatch
from bot.services.arriving.dispatch import Handled
from bot.services.work.incoming import Incoming, Pressed, Received
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from bot.workers.errands import Errands
from bot.workers.place import Place
from bot.workers.repeats import Repeats
from bot.workers.supervise import outcome
from storage import inbox
from storage.inbox import InboxRow
from storage.store import Store, Tx

log = structlog.get_logger(__name__)

BATCH = 50
TOGETHER = 8
"""Rows a transaction while a backlog waits: one commit for all, and still far below 50 ms."""
ATTEMPTS = 3
RETRY_AFTER = timedelta(seconds=2)
UNREADABLE = "unreadable"
"""The reason for setting aside a row that is not of the Bot API's shape."""


class Reader(Protocol):
    """Raw update -> what the person did, where and when; None where it cannot be read."""

    def __call__(self, body: str) -> Received | None: ...


@dataclass(slots=True)
class Handler:
    """Works off the inbox. Several must not run at once in one process; other runs may: order is
    kept by the database.
    """

    store: Store
    practice: Practice
    transport: Transport
    clock: Clock
    read: Reader
    errands: Errands
    place: Place
    figures: Figures
    _repeats: Repeats = field(default_factory=Repeats)

    async def tick(self) -> int:
        """Handle everything that may be handled now; how many rows that were."""
        count = 0
        while True:
            found = await self.step()
            count += found
            if found < BATCH:
                return count

    async def step(self) -> int:
        """Handle the next few rows; how many were found, fewer than ``BATCH`` if those were all."""
        now = self.clock.now()
        rows, newest = await self.store.read(
            lambda tx: (
                inbox.list_new(tx, now=now, limit=BATCH, share=self.place.share),
                inbox.newest_id(tx),
            )
        )
        self._repeats.begin(newest, backlog=len(rows) == BATCH)
        waiting: set[int] = set()
        for place in range(0, len(rows), TOGETHER):
            few = rows[place : place + TOGETHER]
            chunk = [row for row in few if row.person_id not in waiting]
            if not await self._handle_together(chunk):
                await self._one_by_one(chunk, waiting)
        return len(rows)

    async def _handle_together(self, rows: Sequence[InboxRow]) -> bool:
        """All of them in one transaction; False, and nothing is done, if any of them fails."""
        works: dict[int, tuple[Received, Callable[[Tx], Handled]]] = {}
        for row in rows:
            received = self._read(row)
            if received is None:
                return False
            work = await outcome(self._work(row, received))
            if isinstance(work, Exception):
                return False
            works[row.id] = received, work
        done = await outcome(self._write(rows, {each: work for each, (_, work) in works.items()}))
        if isinstance(done, Exception):
            return False
        self.figures.updates_handled.inc(len(done))
        for row_id, handled in done.items():
            self._show(works[row_id][0], handled)
        return True

    async def _write(
        self, rows: Sequence[InboxRow], works: Mapping[int, Callable[[Tx], Handled]]
    ) -> dict[int, Handled]:
        """Handle in one transaction what no other run has handled meanwhile; what it shows, by
        row. What clients send is about them alone; what staff send may be about anybody.
        """
        now = self.clock.now()

        def decide(tx: Tx) -> dict[int, Handled]:
            left = inbox.still_new(tx, works, now)
            return {row_id: work(tx) for row_id, work in works.items() if row_id in left}

        senders = {row.person_id for row in rows if row.is_clients and row.person_id is not None}
        about = senders if all(row.is_clients for row in rows) else None
        return await self.store.write(decide, about)

    def _show(self, received: Received, handled: Handled) -> None:
        """Show what needs no row: the answer to a tap, and "typing" while more words may come."""
        incoming = received.incoming
        if isinstance(incoming, Pressed):
            query_id, toast = incoming.query_id, handled.toast
            self.errands.run(partial(self.transport.answer_tap, query_id, toast))
        if handled.is_typing:
            self.errands.run(partial(self.transport.show_typing, received.chat_id))

    async def _one_by_one(self, rows: Sequence[InboxRow], waiting: set[int]) -> None:
        """Each in a transaction of its own; ``waiting`` gains the senders of those that failed."""
        for row in rows:
            if row.person_id in waiting:
                continue
            if not await self._handle(row) and row.person_id is not None:
                waiting.add(row.person_id)

    async def settle(self) -> None:
        """Wait until every tap is answered."""
        await self.errands.settle()

    async def _handle(self, row: InboxRow) -> bool:
        received = self._read(row)
        if received is None:
            await self._set_aside(row, UNREADABLE)
            return True
        found = await outcome(self._done(row, received))
        if isinstance(found, Exception):
            return await self._failed(row, received, found)
        if found is not None:
            self.figures.updates_handled.inc()
            self._show(received, found)
        return True

    def _read(self, row: InboxRow) -> Received | None:
        received = self.read(row.body)
        return None if received is None else self._repeats.once(row, received)

    async def _done(self, row: InboxRow, received: Received) -> Handled | None:
        """None where another run was there before."""
        done = await self._write((row,), {row.id: await self._work(row, received)})
        return done.get(row.id)

    async def _work(self, row: InboxRow, received: Received) -> Callable[[Tx], Handled]:
        """Return what is to be done in the transaction; what takes long is read beforehand."""
        now, written_at = self.clock.now(), received.written_at(row.received_at)
        ahead: object = None
        if dispatch.looks_ahead(received.incoming):
            chat_id, incoming = received.chat_id, received.incoming
            ahead = await self.store.read(
                lambda tx: dispatch.look_ahead(
                    Work(tx, self.practice, now, "ahead"), chat_id, incoming
                )
            )

        def decide(tx: Tx) -> Handled:
            number = received.message_id
            work = Work(tx, self.practice, now, f"in{row.id}", written_at, number, ahead)
            return dispatch.handle(work, row, received)

        return decide

    async def _failed(self, row: InboxRow, received: Received, error: Exception) -> bool:
        """False if the row will be tried again. The error's text may hold a client's words: only
        its kind is logged.
        """
        kind = type(error).__name__
        if row.attempts + 1 >= ATTEMPTS:
            await self._set_aside(row, kind, error, received.incoming)
            return True
        now = self.clock.now()
        retry_at = now + RETRY_AFTER * (row.attempts + 1)
        await self.store.write(
            lambda tx: inbox.mark_failed(tx, row.id, now=now, retry_at=retry_at, error=kind)
        )
        log.warning("row_failed", row=row.id, attempts=row.attempts + 1, **trouble(error))
        return False

    async def _set_aside(
        self,
        row: InboxRow,
        kind: str,
        error: Exception | None = None,
        incoming: Incoming | None = None,
    ) -> None:
        """``error`` where it could be read."""
        about = {"at": "reading"} if error is None else trouble(error)
        log.error("row_set_aside", row=row.id, **{"error": kind, **about})
        now = self.clock.now()

        def decide(tx: Tx) -> None:
            work = Work(tx, self.practice, now, f"aside{row.id}")
            dispatch.set_aside(work, row, kind, incoming)

        found = await outcome(self.store.write(decide))
        if isinstance(found, Exception):
            # whatever keeps its sender from being told, the row must not hold up the inbox
            await self.store.write(lambda tx: inbox.quarantine(tx, row.id, error=kind, now=now))
            log.error("sender_not_told", row=row.id, **trouble(found))
        self.figures.updates_set_aside.inc()
