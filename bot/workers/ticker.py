"""Looks for what has come due and lets the services act: occurrences, timers, plans, digests.

Called every second by APScheduler, which holds nothing else; in the demo by its driver. One row
that cannot be acted on must never hold up the others, so it is put off and said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.checked_clock import Standing
from bot.clock import Clock
from bot.logs import trouble
from bot.services.alarms import alarm_telling
from bot.services.care import after_restore, beginning_again, ending
from bot.services.check_in import check_ins, due
from bot.services.digest import digests, receipts, unread
from bot.services.handover import yes_or_no
from bot.services.outages import outages
from bot.services.planning import sessions_ahead
from bot.services.safety import escalating
from bot.services.therapy_sessions import days_away, leave_telling
from bot.services.work import unread_digests
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from bot.workers.day_messages import DayMessage, day_messages
from bot.workers.due_now import parts_due
from bot.workers.eraser import bring_to_end
from bot.workers.supervise import outcome
from bot.workers.zone_files import follow_new_rules
from storage import agenda, cares, inbox, occurrences, risk_cases, timers
from storage.agenda import Part
from storage.occurrences import Occurrence
from storage.store import Store, Tx
from storage.timers import Timer

T = TypeVar("T")
log = structlog.get_logger(__name__)

DIGEST_LOOK = timedelta(minutes=10)
"""A digest that could not be frozen, or a therapist who has just connected, waits no longer."""
ROOM_LOOK = timedelta(seconds=1)
"""The wait before another look for what found no room in the outbox."""
DIGEST_SECONDS = 0.25
"""The time for freezing digests in one go: a clinic's many come due at once, as do check-ins."""
PUT_OFF = timedelta(hours=1)
"""The wait of a timer that could not be fired."""
FRESH = timedelta(minutes=2)
"""Longer than a long poll: within it Telegram has been asked, unless the bot was away."""
PATIENCE = timedelta(minutes=30)
"""So long at most a digest waits for what was written before its cut-off. It waits where Telegram
cannot be reached, or where something that came in is not handled yet; else not at all.
"""
WAIT_LOOK = timedelta(seconds=10)
"""The wait before another look for what waits for the backlog, where nobody ticks each second."""
CLOCK_LOOK = timedelta(minutes=1)
"""The wait before another look at a clock that is wrong, where nobody ticks each second."""
ON_ANY_CLOCK: frozenset[Part] = frozenset({"cases", "alarms", "erasures"})
OPENINGS = 3
"""The number of tries to open an occurrence before it is called missed."""


@dataclass(slots=True)
class Ticker:
    """Acts on due rows in small transactions, so that answers get in between."""

    store: Store
    practice: Practice
    clock: Clock
    standing: Callable[[], Awaitable[Standing]]
    """Says how far the clock can be trusted."""
    has_all_until: Callable[[datetime], Awaitable[bool]]
    """True once what was sent before that moment is in the inbox: an answer in time beats its
    expiry, stands in the digest, and "stop" comes before the next questions.
    """
    room: Callable[[], Awaitable[int]]
    """The number of check-ins that may still be opened now: no more than can leave soon."""
    is_in_touch: Callable[[], bool]
    """False while Telegram cannot be reached, which is an outage, too."""
    _ticked_at: datetime | None = None
    """The time at the last tick: later than now, it was a wrong clock's."""
    _zones_followed: bool = False
    """True once what is to come goes by the rules of time zones as they are now."""
    _noted_at: datetime | None = None
    """The time when it was last noted that the bot is up."""
    _digests_at: datetime | None = None
    """The time to look for owed digests again; None before the first look."""
    _day_messages: tuple[DayMessage, ...] = field(default_factory=day_messages)
    _owed: list[int] = field(default_factory=list)
    """The therapists whose digests are to be frozen still."""
    _cut_off_at: datetime | None = None
    _digests_wait_since: datetime | None = None
    """Since when a digest that is owed waits for the backlog."""
    _waits_for_room: bool = False
    _timers_wait: bool = False
    """True while timers that are due wait: for room, or because the backlog is not in yet."""
    _due: frozenset[Part] = frozenset()
    _not_opened: Counter[int] = field(default_factory=Counter)

    async def tick(self) -> datetime | None:
        """Do all that is due; when the next thing is, or None if nothing is planned.

        A part that fails does not keep the others from their turn; the first failure is raised
        once all had it.
        """
        self._waits_for_room, self._timers_wait = False, False
        parts: list[object] = []
        standing = await self.standing()
        self._look_at_the_hour()
        if standing == "right" and not self._zones_followed:
            followed = await outcome(follow_new_rules(self.store, self.practice, self.clock))
            self._zones_followed = not isinstance(followed, Exception)
            parts.append(followed)
        parts.append(await self._look())
        for part, act in self._acts():
            if not self._has_turn(part, standing):
                continue
            parts.append(await outcome(act()))
            if part is not None:
                parts.append(await self._look())  # what was done may have made others due
        if standing == "right":
            parts.append(await outcome(self._digests()))
            parts += [await outcome(self._once_a_day(each)) for each in self._day_messages]
        for found in parts:
            if isinstance(found, Exception):
                raise found
        return await self._next_due() if standing == "right" else self.clock.now() + CLOCK_LOOK

    def _look_at_the_hour(self) -> None:
        """Look now for everything that was to be looked for at a time that a wrong clock named."""
        now, before = self.clock.now(), self._ticked_at
        self._ticked_at = now
        if before is not None and now < before:
            self._noted_at = self._digests_at = self._cut_off_at = self._digests_wait_since = None
            self._day_messages = day_messages()

    def _has_turn(self, part: Part | None, standing: Standing) -> bool:
        """Nothing that cannot be taken back goes by a clock that is wrong or was not compared. What
        goes on: hard words reach somebody, alarms are told, erasings end, and that the bot is up is
        noted by Telegram's time, where that is known.
        """
        if part is None:
            return standing != "unchecked"
        return part in self._due and (standing == "right" or part in ON_ANY_CLOCK)

    def _acts(self) -> tuple[tuple[Part | None, Callable[[], Awaitable[object]]], ...]:
        """The parts in their order; one without a name has its turn each time."""
        return (
            ("restores", partial(self._write_all, "restored", after_restore.settle)),
            ("cases", self._cases),
            (None, self._note_up),
            ("pauses", self._resume),
            ("endings", partial(self._write, "ending", ending.carry_on)),
            ("beginnings", partial(self._write_all, "again", beginning_again.carry_on)),
            ("handovers", partial(self._write_all, "handover", yes_or_no.carry_on)),
            ("plans", partial(self._write_all, "plan", due.plan_ahead)),
            ("sessions", partial(self._write_all, "sessions", sessions_ahead.plan_ahead)),
            ("days_off", partial(self._write_all, "off", days_away.settle)),
            ("leave", partial(self._write_all, "leave", leave_telling.tell)),
            ("timers", self._fire),
            ("occurrences", self._open),
            ("erasures", partial(bring_to_end, self.store, self.clock)),
            ("alarms", partial(self._write, "alarms", alarm_telling.tell)),
        )

    async def _look(self) -> object:
        """See what is due; where even that fails, each part looks for itself."""
        now = self.clock.now()
        found = await outcome(
            self.store.read(lambda tx: parts_due(Work(tx, self.practice, now, "look")))
        )
        self._due = agenda.ALL if isinstance(found, Exception) else found
        return found

    async def _write(self, origin: str, decide: Callable[[Work], T]) -> T:
        now = self.clock.now()
        return await self.store.write(lambda tx: decide(Work(tx, self.practice, now, origin)))

    async def _write_all(self, origin: str, decide: Callable[[Work], bool]) -> None:
        """Write one chunk after another, as long as there may be more."""
        while await self._write(origin, decide):
            pass

    async def _note_up(self) -> bool:
        """Note that the bot is up; True if it is back from an outage."""
        now = self.clock.now()
        if not self.is_in_touch() or (self._noted_at and now - self._noted_at < outages.BEAT):
            return False
        is_back = await self._write("up", outages.note_up)
        self._noted_at = now
        await self._write_all("away", outages.tell)
        return is_back

    async def _cases(self) -> None:
        """Tell the next in line of every risk case that nobody has seen in time, or the admin."""
        now = self.clock.now()
        for case in await self.store.read(partial(risk_cases.list_due, now=now)):
            found = await outcome(
                self._write("case", partial(escalating.escalate, case_id=case.id))
            )
            if isinstance(found, Exception):
                log.error("not_escalated", case=case.id, **trouble(found))
            elif found == "unseen":
                log.warning("risk_case_unseen", case=case.id)

    async def _resume(self) -> None:
        """End the pauses that were to end by now, before anything that they would hold back."""
        await self._write("pause", lambda work: cares.resume_due(work.tx, work.now))

    async def _open(self) -> None:
        """Open what is due, as long as there is room for it in the outbox, and not before all that
        was written while the bot was away is in: it may say that nothing is to be asked.
        """
        now = self.clock.now()
        if not await self.has_all_until(now - FRESH):
            return
        last: Occurrence | None = None
        room = await self.room()
        while room > 0:
            limit = min(due.CHUNK, room)
            chosen = partial(due.open_due, after=last, limit=limit)
            found = await outcome(self._write("due", chosen))
            if isinstance(found, Exception):
                found = await self._open_singly(last, limit)
            if found.last is None:
                return
            last, room = found.last, room - found.count
        self._waits_for_room = True

    async def _open_singly(self, after: Occurrence | None, limit: int) -> due.Opened:
        """Go through one chunk row by row, past those that fail."""
        chunk = await self.store.read(
            partial(occurrences.list_due, now=self.clock.now(), limit=limit, after=after)
        )
        opened = 0
        for occurrence in chunk:
            one = partial(due.open_one, occurrence_id=occurrence.id)
            found = await outcome(self._write("due", one))
            if isinstance(found, Exception):
                await self._not_opening(occurrence.id, found)
            else:
                opened += found
                self._not_opened.pop(occurrence.id, None)
        return due.Opened(opened, chunk[-1] if chunk else None)

    async def _not_opening(self, occurrence_id: int, error: Exception) -> None:
        self._not_opened[occurrence_id] += 1
        log.error("not_opened", occurrence=occurrence_id, **trouble(error))
        if self._not_opened[occurrence_id] >= OPENINGS:
            await self._write("due", partial(_give_up, occurrence_id=occurrence_id))
            del self._not_opened[occurrence_id]

    async def _fire(self) -> None:
        """Fire what is due, as long as there is room in the outbox and the backlog is in."""
        self._timers_wait = True
        room = await self.room()
        while room > 0:
            limit = min(due.CHUNK, room)
            found = await self.store.read(
                partial(timers.list_due, now=self.clock.now(), limit=limit)
            )
            if not found:
                self._timers_wait = False
                return
            ready = [timer for timer in found if await self.has_all_until(timer.due_at)]
            if not ready or await self.store.read(inbox.count_new) > 0:
                return
            if await self._note_up():
                continue  # what was to lapse has been put off
            fired = await outcome(self._write("timer", partial(_fire_all, found=ready)))
            if isinstance(fired, Exception):
                await self._fire_singly(ready)
            room -= len(ready)
        self._waits_for_room = True

    async def _fire_singly(self, found: list[Timer]) -> None:
        for timer in found:
            fired = await outcome(self._write("timer", partial(_fire_all, found=[timer])))
            if isinstance(fired, Exception):
                log.error("not_fired", timer=timer.id, **trouble(fired))
                later = self.clock.now() + PUT_OFF
                await self.store.write(partial(timers.move, timer_id=timer.id, due_at=later))

    async def _digests(self) -> None:
        """Freeze what is owed, a few at a time, so that they hold up nobody's question."""
        now, began = self.clock.now(), self.clock.monotonic()
        if not self._owed:
            await self._look_for_digests(now)
        while self._owed and self.clock.monotonic() - began < DIGEST_SECONDS:
            therapist_id = self._owed.pop(0)
            found = await outcome(self._freeze(therapist_id, now))
            if isinstance(found, Exception):
                log.error("not_frozen", therapist=therapist_id, **trouble(found))

    async def _look_for_digests(self, now: datetime) -> None:
        if self._digests_at is not None and now < self._digests_at:
            return
        await self._write("digest", digests.mend)
        for code in await self._write("unread", unread.tell):
            log.warning("digest_unread", therapist=code, days=unread_digests.UNREAD_FOR.days)
        await self._write_all("receipt", receipts.tell)

        def look(tx: Tx) -> tuple[Sequence[digests.Owed], datetime | None]:
            work = Work(tx, self.practice, now, "digest")
            return digests.list_owed(work), digests.next_cut_off_of_all(work)

        owed, self._cut_off_at = await self.store.read(look)
        ready = [each for each in owed if await self._may_freeze(each.cut_off_at, now)]
        self._owed = [each.therapist_id for each in ready]
        if len(ready) < len(owed):
            self._digests_at, self._cut_off_at = now, now + WAIT_LOOK
            return
        self._digests_wait_since, soon = None, now + DIGEST_LOOK
        self._digests_at = soon if self._cut_off_at is None else min(soon, self._cut_off_at)

    async def _once_a_day(self, message: DayMessage) -> None:
        """Send each therapist a message of their day, once its hour has come."""
        now, what = self.clock.now(), message.what
        if message.look_at is not None and now < message.look_at:
            return

        def look(tx: Tx) -> tuple[Sequence[int], datetime | None]:
            work = Work(tx, self.practice, now, message.origin)
            return what.list_owed(work), what.next_at(work)

        owed, message.due_at = await self.store.read(look)
        for therapist_id in owed:
            told = partial(what.tell, therapist_id=therapist_id)
            found = await outcome(self._write(message.origin, told))
            if isinstance(found, Exception):
                log.error(message.trouble, therapist=therapist_id, **trouble(found))
        if owed:
            _, message.due_at = await self.store.read(look)
        soon = now + DIGEST_LOOK
        message.look_at = min(message.due_at or soon, soon)

    async def _may_freeze(self, cut_off_at: datetime, now: datetime) -> bool:
        """True once all that was written before the cut-off is handled, or the wait was too long.

        What a client said in time, while the bot was away, stands in the digest of that week.
        """
        if await self.has_all_until(cut_off_at) and not await self.store.read(inbox.count_new):
            return True
        self._digests_wait_since = self._digests_wait_since or now
        return now - self._digests_wait_since >= PATIENCE

    async def _freeze(self, therapist_id: int, now: datetime) -> None:
        await self._write("digest", partial(digests.age_flags, therapist_id=therapist_id))
        composed = await self.store.read(
            lambda tx: digests.compose(Work(tx, self.practice, now, "digest"), therapist_id)
        )
        await self._write("digest", partial(digests.freeze, composed=composed))

    async def _next_due(self) -> datetime | None:
        now = self.clock.now()
        ask = partial(agenda.next_at, now=now, with_timers=not self._timers_wait)
        ahead = [
            await self.store.read(ask),
            self._cut_off_at,
            *(each.due_at for each in self._day_messages),
            now + ROOM_LOOK if self._waits_for_room else None,
            now if self._owed else None,
        ]
        return min((at for at in ahead if at is not None), default=None)


def _fire_all(work: Work, found: list[Timer]) -> None:
    for timer in found:
        check_ins.fire(work, timer)


def _give_up(work: Work, occurrence_id: int) -> None:
    occurrences.mark(
        work.tx, occurrence_id, was="planned", state="missed", reason="failed", now=work.now
    )
