"""Reads calendars: files that therapists sent, and those whose address stands in the settings.

Called every few seconds by APScheduler; what is due is a row, or an address whose time has come.
What goes wrong with an address is logged once, when it begins and when it ends, and the address
itself never: whoever knows it can read the calendar.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.ports import CalendarAddresses, NotFetched, Transport
from bot.services.therapy_sessions import calendar_files, calendar_taking, ical_reading
from bot.services.therapy_sessions.calendar_taking import CHANGES, Matched
from bot.services.therapy_sessions.ical_reading import Appointments
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import calendar_imports, people
from storage.calendar_imports import CalendarImport
from storage.people import Person
from storage.store import Store

T = TypeVar("T")
log = structlog.get_logger(__name__)

ATTEMPTS = 3
"""So often a file is asked for before its sender is told that it cannot be had."""


@dataclass(slots=True)
class Calendars:
    """Fetches, reads, and lets the services decide; several must not run at once."""

    store: Store
    practice: Practice
    transport: Transport
    addresses: CalendarAddresses
    clock: Clock
    clock_is_right: Callable[[], Awaitable[bool]]
    """False where nobody can say which appointments are still to come."""
    _attempts: Counter[int] = field(default_factory=Counter)
    _failing: dict[str, str] = field(default_factory=dict)
    """The codes of therapists whose calendar cannot be read at the moment, and why."""
    _next_at: datetime | None = None

    async def tick(self) -> datetime | None:
        """Read what is to be read now; when the next calendar is due, None if none is."""
        if not await self.clock_is_right():
            return None
        if await self.store.read(calendar_imports.is_any_waiting):
            await self._read_files()
        settings = self.practice.settings.calendar
        now = self.clock.now()
        if settings.addresses and (self._next_at is None or now >= self._next_at):
            self._next_at = now + settings.every
            for code, address in settings.by_code().items():
                await self._read_address(code, address)
            await self._enter()
        return self._next_at

    async def _read_files(self) -> None:
        to_fetch = partial(calendar_imports.find_first, state="to_fetch")
        while found := await self.store.read(to_fetch):
            if not await self._read_file(found):
                break
        await self._enter()

    async def _enter(self) -> None:
        """Enter what was read, a chunk at a time."""
        while await self.store.read(partial(calendar_imports.find_first, state="wanted")):
            await self._write(calendar_taking.carry_on)

    async def _write(self, decide: Callable[[Work], T]) -> T:
        now = self.clock.now()
        return await self.store.write(
            lambda tx: decide(Work(tx, self.practice, now, f"calendar@{now.timestamp()}"))
        )

    async def _read_file(self, found: CalendarImport) -> bool:
        """False where Telegram does not hand it over now: it is tried again."""
        content = await self.transport.download(found.body)
        if content is None:
            self._attempts[found.id] += 1
            if self._attempts[found.id] < ATTEMPTS:
                return False
            await self._write(
                partial(calendar_files.refuse, found=found, key=calendar_files.NOT_FETCHED)
            )
            return True
        therapist = await self.store.read(lambda tx: people.load(tx, found.therapist_id))
        read = await self._appointments(therapist, content)
        if not isinstance(read, Appointments):
            key = calendar_files.WHY[read]
            await self._write(partial(calendar_files.refuse, found=found, key=key))
            return True
        matched = await self._match(therapist, read)
        await self._write(
            partial(calendar_files.show, found=found, matched=matched, unusable=read.unusable)
        )
        return True

    async def _read_address(self, code: str, address: str) -> None:
        therapist = await self.store.read(partial(people.find_by_code, code=code))
        if therapist is None or therapist.role != "therapist":
            self._note(code, "nobody has this code")
            return
        content = await self.addresses.fetch(address)
        if isinstance(content, NotFetched):
            self._note(code, content.why)
            return
        read = await self._appointments(therapist, content)
        if not isinstance(read, Appointments):
            self._note(code, read)
            return
        self._note(code, None)
        matched = await self._match(therapist, read)
        await self._write(partial(_want, therapist=therapist, matched=matched))

    async def _appointments(
        self, therapist: Person, content: bytes
    ) -> Appointments | ical_reading.Unreadable:
        local, now = zone(therapist.zone), self.clock.now()
        return await asyncio.to_thread(ical_reading.read, content, local=local, now=now)

    async def _match(self, therapist: Person, read: Appointments) -> Matched:
        now = self.clock.now()
        return await self.store.read(
            lambda tx: calendar_taking.match(
                Work(tx, self.practice, now, "calendar"), therapist, read.found
            )
        )

    def _note(self, code: str, why: str | None) -> None:
        """Log a trouble once, and its end."""
        before = self._failing.get(code)
        if why is None:
            if self._failing.pop(code, None) is not None:
                log.info("calendar_read_again", therapist=code)
        elif why != before:
            self._failing[code] = why
            log.warning("calendar_not_read", therapist=code, why=why)


def _want(work: Work, therapist: Person, matched: Matched) -> None:
    """The changes in the calendar count at once; where nothing does, nothing is written."""
    changes = [item for item, becomes in matched.items if becomes in CHANGES]
    marks = {item.mark for item, _ in matched.items}
    if not changes and not calendar_taking.gone(work, therapist, marks):
        return
    calendar_taking.want(work, therapist.id, changes, source="address", marks=marks)
