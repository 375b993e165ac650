"""Drains the outbox: claim, send, record. Up to ``parallel`` messages are under way at once.

A row is claimed only when it may leave at once, so that a death in between leaves as few uncertain
ones as can be. What the outcome means is decided by the row's class: ``once`` is never repeated
blindly, ``must`` rather twice than not at all, ``idem`` freely.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.messages import edit_from_json, message_from_json
from bot.ports import Delivery, Refused, RetryLater, Sent, Transport
from bot.services import deliveries
from bot.services.practice import Practice, Work
from bot.workers.pacer import Pacer
from storage import outbox, people
from storage.outbox import OutboxRow
from storage.store import Store, Tx

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than any request may take."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A claimed row and where it goes."""

    row: OutboxRow
    chat_id: int | None


_Outcome = tuple[OutboxRow, Delivery]


@dataclass(slots=True)
class Sender:
    """Sends what is due. Only one may run on a database."""

    store: Store
    practice: Practice
    transport: Transport
    clock: Clock
    sent: int = 0
    _token_no: int = 0
    _pacer: Pacer | None = None
    _flying: dict[asyncio.Task[_Outcome], None] = field(default_factory=dict)

    async def recover(self) -> int:
        """After a start: what a dead process had claimed is sorted by class; how many are
        uncertain now.
        """
        now = self.clock.now()

        def decide(tx: Tx) -> int:
            return deliveries.recover(Work(tx, self.practice, now, "recover"))

        return await self.store.write(decide)

    async def tick(self) -> datetime | None:
        """Send all that may leave now and record it; when the next may leave, or None if none
        waits.
        """
        done: list[_Outcome] = []
        while True:
            claimed = await self._record_and_claim(done)
            for parcel in claimed:
                self._flying[asyncio.ensure_future(self._send(parcel))] = None
            if not self._flying:
                return await self._next_due()
            finished, _ = await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
            done = [task.result() for task in finished]
            for task in finished:
                del self._flying[task]

    async def _record_and_claim(self, done: Sequence[_Outcome]) -> list[_Parcel]:
        """One transaction for both: what came back is recorded, and free places are filled."""
        now = self.clock.now()
        free = self.practice.settings.sending.parallel - len(self._flying)
        token = self._next_token()
        pacer = self._paced()
        for row, outcome in done:
            if isinstance(outcome, RetryLater) and outcome.slow_down:
                pacer.slow_down(row.person_id, outcome.seconds, self.clock.monotonic())
        pacer.begin()

        def decide(tx: Tx) -> list[_Parcel]:
            work = Work(tx, self.practice, now, "sender")
            for row, outcome in done:
                deliveries.record(work, row, outcome)
            rows = outbox.claim(
                tx,
                now=now,
                limit=free,
                token=token,
                lease_until=now + LEASE,
                allowed=self._allowed,
            )
            going = [row for row in rows if deliveries.may_leave(work, row)]
            return [_Parcel(row, people.chat_of(tx, row.person_id)) for row in going]

        parcels = await self.store.write(decide)
        self.sent += sum(isinstance(outcome, Sent) for _, outcome in done)
        return parcels

    def _allowed(self, person_id: int, kind: str) -> bool:
        return self._paced().allows(person_id, kind, self.clock.monotonic())

    def _paced(self) -> Pacer:
        if self._pacer is None:
            self._pacer = Pacer(self.practice.settings.sending, self.clock.monotonic())
        return self._pacer

    def _next_token(self) -> str:
        self._token_no += 1
        return f"{self._token_no}"

    async def _send(self, parcel: _Parcel) -> _Outcome:
        row = parcel.row
        if parcel.chat_id is None:
            return row, Refused("no_chat")
        outcome: Delivery
        if row.kind == "edit":
            outcome = await self.transport.edit(parcel.chat_id, edit_from_json(row.body))
        else:
            outcome = await self.transport.send(parcel.chat_id, message_from_json(row.body))
        if not isinstance(outcome, Sent):
            log.info("not_sent", row=row.id, outcome=type(outcome).__name__, reason=outcome.reason)
        return row, outcome

    async def _next_due(self) -> datetime | None:
        soonest = self._paced().soonest()
        if soonest is not None:
            left = max(soonest - self.clock.monotonic(), 0.001)
            return self.clock.now() + timedelta(seconds=left)
        return await self.store.read(outbox.next_due_at)
