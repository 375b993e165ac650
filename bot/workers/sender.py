"""Drains the outbox: claim, send, record. Up to ``parallel`` messages are under way at once.

Two halves: ``step`` keeps the books (records what has come back and claims what may leave in the
next moment), ``release`` lets claimed messages go, each in its slot. A slot is missed where the
database is asked first, so a few rows are claimed ahead; but few, for they are uncertain after a
death. What the outcome means is decided by the row's class. An outcome that could not be written
down is kept until it can.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.clock import Clock
from bot.logs import trouble
from bot.messages import (
    delete_from_json,
    edit_from_json,
    menu_from_json,
    message_from_json,
)
from bot.metrics import Figures
from bot.ports import Delivery, Refused, RetryLater, Sent, Transport, Uncertain
from bot.services.sending import outcomes
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from bot.workers.pacer import Pacer, Slot
from bot.workers.place import Place
from bot.workers.strangers import Strangers
from bot.workers.supervise import outcome
from storage import deliveries, outbox
from storage.outbox_rows import OutboxRow
from storage.store import Store, Tx

log = structlog.get_logger(__name__)

AHEAD_SECONDS = 0.2
"""The time ahead for claiming rows: longer than a transaction takes, so that no slot is missed."""
ROOM_SECONDS = 4.0
"""The time ahead for queuing messages that nobody waits for: some times as long as from one look
for due rows to the next, which may be late.
"""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A claimed row and where it goes."""

    row: OutboxRow
    chat_id: int | None


@dataclass(slots=True)
class _Claiming:
    """One look at the rows: which may be claimed, and when the first of those passed over may."""

    pacer: Pacer
    now: float
    soonest: float | None = None

    def allows(self, person_id: int, kind: str) -> bool:
        """True if this row may be claimed now."""
        wait = self.pacer.wait_of_chat(person_id, kind, self.now)
        if wait > AHEAD_SECONDS:
            wait -= AHEAD_SECONDS
            self.soonest = wait if self.soonest is None else min(self.soonest, wait)
            return False
        return True


_Outcome = tuple[OutboxRow, Delivery]
_Change = Callable[[Tx], object]


@dataclass(slots=True)
class Sender:
    """Sends what is due to its share of the people. Only one may run in a process."""

    store: Store
    practice: Practice
    transport: Transport
    clock: Clock
    strangers: Strangers
    place: Place
    backlog_is_in: Callable[[], bool]
    """False where a question had better wait: what was written before it is not in yet."""
    figures: Figures
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something for the books; anything that adds rows may set it, too."""
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something to release."""
    sent: int = 0
    failing_since: datetime | None = None
    """Since when nothing that was tried has left; None: Telegram answers."""
    closing: bool = False
    """True once no more may be claimed."""
    _token_no: int = 0
    _pacer: Pacer | None = None
    _ready: list[_Parcel] = field(default_factory=list)
    """Claimed, waiting for its slot; replies first."""
    _flying: set[asyncio.Task[_Outcome]] = field(default_factory=set)
    _landed: list[_Outcome] = field(default_factory=list)
    """Outcomes that are not on disk yet."""

    async def recover(self) -> int:
        """Sort by class what runs had claimed that live no more; how many are uncertain now."""
        if not await self.store.read(outbox.is_any_lost):
            return 0
        now = self.clock.now()

        def decide(tx: Tx) -> int:
            return outcomes.recover(Work(tx, self.practice, now, "recover"))

        return await self.store.write(decide)

    async def room(self) -> int:
        """Count the messages that may still be queued for the next seconds: nothing is opened,
        asked or reminded of that could not leave soon.
        """
        until = self.clock.now() + timedelta(seconds=ROOM_SECONDS)
        most = math.ceil(self._paced().rate * self.place.share.count * ROOM_SECONDS)
        return most - await self.store.read(partial(deliveries.count_due, until=until, most=most))

    async def tick(self) -> datetime | None:
        """Send all that may leave now and record it; when the next may leave, or None if none
        waits.
        """
        while True:
            next_at = await self.step()
            left = self.release()
            if not self._flying:
                ahead = [next_at, None if left is None else self._in(left)]
                return min((at for at in ahead if at is not None), default=None)
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)

    async def step(self) -> datetime | None:
        """Record what has come back and claim what may leave in the next moment; when to look
        again, or None if that is not known or nothing waits.
        """
        self._land()
        now = self.clock.monotonic()
        back = [parcel for parcel in self._ready if self._must_go_back(parcel, now)]
        self._ready = [parcel for parcel in self._ready if parcel not in back]
        halt = self._paced().halt(now)
        claiming = _Claiming(self._paced(), now, halt or None)
        next_at, has_work = None, bool(self._landed or back)
        if not has_work:  # mostly nothing is due: claiming would take the writer's turn to see it
            next_at = await self.store.read(deliveries.next_due_at)
            has_work = next_at is not None and next_at <= self.clock.now()
        if has_work:
            await self._keep_books(claiming, back)
        if self._ready:
            self.is_ready.set()
            return None
        if claiming.soonest is not None:
            return self._in(claiming.soonest)
        return await self.store.read(deliveries.next_due_at) if has_work else next_at

    def release(self) -> float | None:
        """Let go what may leave now; seconds until the next may, or None if none is claimed."""
        if not self.place.may_send:
            return None
        now, pacer = self.clock.monotonic(), self._paced()
        soonest: float | None = None
        held: list[_Parcel] = []
        for parcel in self._ready:
            wait = pacer.wait(parcel.row.person_id, parcel.row.kind, now)
            if wait > 0:
                held.append(parcel)
                soonest = wait if soonest is None else min(soonest, wait)
                continue
            slot = pacer.take(parcel.row.person_id, parcel.row.kind, now)
            task = asyncio.ensure_future(self._send(parcel, slot))
            self._flying.add(task)
            task.add_done_callback(lambda _: self.wake.set())
        if len(held) < len(self._ready) and len(held) < self._ahead() / 2:
            self.wake.set()
        self._ready = held
        if held:
            return soonest
        return self.strangers.release(pacer, now)

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
        self._flying.clear()

    def _land(self) -> None:
        finished = {task for task in self._flying if task.done()}
        self._flying -= finished
        for row, delivery in [task.result() for task in finished]:
            self._landed.append((row, delivery))
            if isinstance(delivery, Sent | Refused):
                self.failing_since = None
            elif self.failing_since is None:
                self.failing_since = self.clock.now()
            if isinstance(delivery, RetryLater) and delivery.slow_down:
                now = self.clock.monotonic()
                self._paced().slow_down(row.person_id, delivery.seconds, now)

    def _must_go_back(self, parcel: _Parcel, now: float) -> bool:
        """True if a claimed row is not to wait here: Telegram asked for a pause, the end is near,
        or the claim is over.
        """
        if not self.place.holds(parcel.row.token):
            return True
        wait = self._paced().wait_of_chat(parcel.row.person_id, parcel.row.kind, now)
        return self.closing or wait > AHEAD_SECONDS

    async def _keep_books(self, claiming: _Claiming, back: Sequence[_Parcel]) -> None:
        """One transaction: what came back is recorded, and a few rows are claimed."""
        now = self.clock.now()
        landed = tuple(self._landed)
        is_open = self.place.may_send and not self.closing
        free = self._free() if is_open and not claiming.soonest else 0
        if not (landed or back or free):
            return
        token = self._next_token()

        def decide(tx: Tx) -> list[_Parcel]:
            work = Work(tx, self.practice, now, "sender")
            for row, delivery in landed:
                outcomes.record(work, row, delivery)
            for parcel in back:
                outcomes.put_back(work, parcel.row)
            return self._claim(work, free, token, claiming)

        found = await outcome(self.store.write(decide, _about(landed, back)))
        if isinstance(found, Exception):
            self._ready = [*back, *self._ready]
            await self._record_singly(landed, now)
            raise found
        self._forget(landed)
        replies = [parcel for parcel in found if parcel.row.lane == "reply"]
        notices = [parcel for parcel in found if parcel.row.lane != "reply"]
        before = [parcel for parcel in self._ready if parcel.row.lane == "reply"]
        behind = [parcel for parcel in self._ready if parcel.row.lane != "reply"]
        self._ready = [*before, *replies, *behind, *notices]

    def _free(self) -> int:
        """Count the rows that may be claimed: as many as leave in the next moment, while as many
        are under way as may be.
        """
        places = self.practice.settings.sending.parallel - len(self._flying)
        return max(min(self._ahead(), places) - len(self._ready), 0)

    def _ahead(self) -> int:
        return math.ceil(self._paced().rate * AHEAD_SECONDS)

    def _claim(self, work: Work, free: int, token: str, claiming: _Claiming) -> list[_Parcel]:
        rows = outbox.claim(
            work.tx,
            now=work.now,
            limit=free,
            token=token,
            lease_until=work.now + outbox.LEASE,
            allowed=claiming.allows,
            share=self.place.share,
        )
        rows = outcomes.hold_questions(work, rows, self.backlog_is_in)
        going = [row for row in rows if outcomes.may_leave(work, row)]
        return [_Parcel(row, outcomes.address_of(work, row)) for row in going]

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

    def _paced(self) -> Pacer:
        now = self.clock.monotonic()
        if self._pacer is None:
            self._pacer = Pacer(self.practice.settings.sending, now)
        self._pacer.share_with(self.place.share.count)
        return self._pacer

    def _in(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=max(seconds, 0.001))

    def _next_token(self) -> str:
        self._token_no += 1
        return self.place.token(self._token_no)

    async def _send(self, parcel: _Parcel, slot: Slot | None) -> _Outcome:
        """Never raises: whatever went wrong says nothing about whether the message left."""
        row, began = parcel.row, self.clock.monotonic()
        found = await outcome(self._transmit(row, parcel.chat_id))
        ended = self.clock.monotonic()
        self._paced().answered(slot, ended)
        if isinstance(found, Exception):
            log.error("sending_failed", row=row.id, **trouble(found))
            found = Uncertain(type(found).__name__)
        elif not isinstance(found, Sent):
            log.info("not_sent", row=row.id, outcome=type(found).__name__, reason=found.reason)
        self.figures.sending_ended(row, found, ended - began, self.clock.now())
        return row, found

    async def _transmit(self, row: OutboxRow, chat_id: int | None) -> Delivery:
        if chat_id is None:
            return Refused("no_chat")
        if row.kind == "edit":
            return await self.transport.edit(chat_id, edit_from_json(row.body))
        if row.kind == "delete":
            return await self.transport.delete(chat_id, delete_from_json(row.body))
        if row.kind == "menu":
            return await self.transport.show_menu(chat_id, menu_from_json(row.body))
        return await self.transport.send(chat_id, message_from_json(row.body))


def _about(landed: Sequence[_Outcome], back: Sequence[_Parcel]) -> set[int] | None:
    """Whom writing these down is about: more people than got a message where one did not arrive."""
    if any(isinstance(delivery, Refused | Uncertain) for _, delivery in landed):
        return None
    return {row.person_id for row, _ in landed} | {parcel.row.person_id for parcel in back}


def _recording_barely(row: OutboxRow, delivery: Delivery, now: datetime) -> _Change:
    """The row's own end, and nothing else."""
    token = outcomes.holder(row)
    if isinstance(delivery, Sent):
        number = delivery.message_id
        return lambda tx: outbox.mark_sent(tx, row.id, token, message_id=number, now=now)
    reason = delivery.reason
    return lambda tx: outbox.mark_uncertain(tx, row.id, token, reason=reason, now=now)
