"""Drains the outbox: claim, send, record. Up to ``parallel`` messages are under way at once.

A row is claimed only when it may leave at once, so that a death in between leaves as few uncertain
ones as can be. What the outcome means is decided by the row's class: ``once`` is never repeated
blindly, ``must`` rather twice than not at all, ``idem`` freely. An outcome that could not be
written down is kept until it can.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.logs import trouble
from bot.messages import edit_from_json, message_from_json
from bot.ports import Delivery, Refused, RetryLater, Sent, Transport, Uncertain
from bot.services.sending import outcomes
from bot.services.work.practice import Practice, Work
from bot.workers.pacer import Pacer
from bot.workers.supervise import outcome
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
_Change = Callable[[Tx], object]


@dataclass(slots=True)
class Sender:
    """Sends what is due. Only one may run on a database."""

    store: Store
    practice: Practice
    transport: Transport
    clock: Clock
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a message has come back; whoever adds rows may set it, too."""
    sent: int = 0
    closing: bool = False
    """True once no more may be claimed."""
    _token_no: int = 0
    _pacer: Pacer | None = None
    _flying: set[asyncio.Task[_Outcome]] = field(default_factory=set)
    _landed: list[_Outcome] = field(default_factory=list)
    """Outcomes that are not on disk yet."""

    async def recover(self) -> int:
        """After a start: what a dead process had claimed is sorted by class; how many are
        uncertain now.
        """
        now = self.clock.now()

        def decide(tx: Tx) -> int:
            return outcomes.recover(Work(tx, self.practice, now, "recover"))

        return await self.store.write(decide)

    async def tick(self) -> datetime | None:
        """Send all that may leave now and record it; when the next may leave, or None if none
        waits.
        """
        while True:
            next_at = await self.step()
            if not self._flying:
                return next_at
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)

    async def step(self) -> datetime | None:
        """Record what has come back and let go what may leave, without waiting for it; when the
        next may leave, or None if that is not known or none waits.
        """
        self._land()
        parcels = await self._record_and_claim()
        for parcel in parcels:
            task = asyncio.ensure_future(self._send(parcel))
            self._flying.add(task)
            task.add_done_callback(lambda _: self.wake.set())
        soonest = self._paced().soonest()
        if soonest is not None:
            left = max(soonest - self.clock.monotonic(), 0.001)
            return self.clock.now() + timedelta(seconds=left)
        return None if parcels else await self.store.read(outbox.next_due_at)

    async def finish(self, seconds: float) -> None:
        """Claim no more and record what comes back within ``seconds``. What still hangs then is
        dropped; the next start calls it uncertain.
        """
        self.closing = True
        if self._flying:
            await asyncio.wait(self._flying, timeout=seconds)
        recorded = await outcome(self.step())
        if isinstance(recorded, Exception):
            log.error("not_recorded", **trouble(recorded))
        left = list(self._flying)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _land(self) -> None:
        finished = {task for task in self._flying if task.done()}
        self._flying -= finished
        for row, delivery in [task.result() for task in finished]:
            self._landed.append((row, delivery))
            if isinstance(delivery, RetryLater) and delivery.slow_down:
                now = self.clock.monotonic()
                self._paced().slow_down(row.person_id, delivery.seconds, now)

    async def _record_and_claim(self) -> list[_Parcel]:
        """One transaction for both: what came back is recorded, and free places are filled."""
        now = self.clock.now()
        landed = tuple(self._landed)
        free = self.practice.settings.sending.parallel - len(self._flying)
        token = self._next_token()
        self._paced().begin()

        def decide(tx: Tx) -> list[_Parcel]:
            work = Work(tx, self.practice, now, "sender")
            for row, delivery in landed:
                outcomes.record(work, row, delivery)
            return [] if self.closing else self._claim(work, free, token)

        found = await outcome(self.store.write(decide))
        if isinstance(found, Exception):
            await self._record_singly(landed, now)
            raise found
        self._forget(landed)
        return found

    def _claim(self, work: Work, free: int, token: str) -> list[_Parcel]:
        rows = outbox.claim(
            work.tx,
            now=work.now,
            limit=free,
            token=token,
            lease_until=work.now + LEASE,
            allowed=self._allowed,
        )
        going = [row for row in rows if outcomes.may_leave(work, row)]
        return [_Parcel(row, people.chat_of(work.tx, row.person_id)) for row in going]

    async def _record_singly(self, landed: Sequence[_Outcome], now: datetime) -> None:
        """One outcome whose consequences fail must not cost the others theirs: it is written down
        without them. If not even that can be done, the database is away, and all wait.
        """
        for row, delivery in landed:
            found = await outcome(self.store.write(self._recording(row, delivery, now)))
            if isinstance(found, Exception):
                bare = await outcome(self.store.write(_recording_barely(row, delivery, now)))
                if isinstance(bare, Exception):
                    return
                log.error("not_followed_up", row=row.id, **trouble(found))
            self._forget([(row, delivery)])

    def _recording(self, row: OutboxRow, delivery: Delivery, now: datetime) -> _Change:
        return lambda tx: outcomes.record(Work(tx, self.practice, now, "sender"), row, delivery)

    def _forget(self, recorded: Sequence[_Outcome]) -> None:
        self.sent += sum(isinstance(delivery, Sent) for _, delivery in recorded)
        done = {row.id for row, _ in recorded}
        self._landed = [each for each in self._landed if each[0].id not in done]

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
        """Never raises: whatever went wrong says nothing about whether the message left."""
        row = parcel.row
        found = await outcome(self._transmit(row, parcel.chat_id))
        if isinstance(found, Exception):
            log.error("sending_failed", row=row.id, **trouble(found))
            return row, Uncertain(type(found).__name__)
        if not isinstance(found, Sent):
            log.info("not_sent", row=row.id, outcome=type(found).__name__, reason=found.reason)
        return row, found

    async def _transmit(self, row: OutboxRow, chat_id: int | None) -> Delivery:
        if chat_id is None:
            return Refused("no_chat")
        if row.kind == "edit":
            return await self.transport.edit(chat_id, edit_from_json(row.body))
        return await self.transport.send(chat_id, message_from_json(row.body))


def _recording_barely(row: OutboxRow, delivery: Delivery, now: datetime) -> _Change:
    """The row's own end, and nothing else."""
    token = outcomes.holder(row)
    if isinstance(delivery, Sent):
        number = delivery.message_id
        return lambda tx: outbox.mark_sent(tx, row.id, token, message_id=number, now=now)
    reason = delivery.reason
    return lambda tx: outbox.mark_uncertain(tx, row.id, token, reason=reason, now=now)
