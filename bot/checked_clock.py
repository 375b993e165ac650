"""The machine's clock, compared with what Telegram says: whether it is right, and the best guess at
the time where it is not.

Used by everything in a running application in place of the machine's own clock. It decides from
values alone; whoever hears Telegram tells it. It must never let a moment seem past that is not.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from bot.clock import Clock

TOLERANCE = timedelta(minutes=5)
"""A clock that differs by more is wrong."""
LEAP = timedelta(minutes=1)
"""A clock that has moved by so much more or less than the steady counter was set, or the machine
slept: it is unchecked again.
"""
ENOUGH_SECONDS = 120.0
"""The time after which a clock is taken at its word where the far end says no time at all: whatever
sets the clock at the start of a machine has done so by then.
"""

Standing = Literal["right", "wrong", "unchecked"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The machine's clock and its steady counter, as they showed at one moment."""

    now: datetime
    steady: float

    def later(self, steady: float) -> datetime:
        """Return what the clock shows once the counter is there, if nobody sets it."""
        return self.now + timedelta(seconds=steady - self.steady)

    def leads_to(self, after: Reading) -> bool:
        """False where the clock was set, or the machine slept, between this and ``after``."""
        return abs(after.now - self.later(after.steady)) <= LEAP


@dataclass(frozen=True, slots=True)
class Heard:
    """Telegram's last answer, and how the machine's clock was by it."""

    seconds_ago: float | None
    """Since Telegram last answered; None: it has not yet."""
    standing: Standing
    ahead: timedelta
    """By how much the machine's clock was ahead then; less than nothing where it was behind."""

    @property
    def is_ahead(self) -> bool:
        """False where the machine's clock was behind, or not off at all."""
        return self.ahead > timedelta()

    @property
    def minutes_off(self) -> int:
        """By how many minutes it was off, to either side."""
        return round(abs(self.ahead) / timedelta(minutes=1))


class CheckedClock:
    """A clock that knows how far it can be trusted."""

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._checked: Reading | None = None
        """The reading when it was last compared; None before the first time."""
        self._ahead = timedelta()
        """By how much it was ahead then; nothing where it was right."""
        self._at_least: Reading | None = None
        """The newest time that Telegram wrote below a message: it is later now."""
        self._untold: Reading | None = None
        """The first answer without a time, while the clock is unchecked."""
        self._answered_at: float | None = None
        """On the steady counter: when Telegram last answered."""

    @property
    def standing(self) -> Standing:
        """As far as is known now, the machine's clock is this."""
        if self._checked is None or not self._checked.leads_to(self.reading()):
            return "unchecked"
        return "wrong" if self._ahead else "right"

    @property
    def ahead(self) -> timedelta:
        """By how much the machine's clock was ahead when it was last compared."""
        return self._ahead

    def heard(self) -> Heard:
        """The last answer of Telegram, and what it showed."""
        last = self._answered_at
        ago = None if last is None else self.monotonic() - last
        return Heard(ago, self.standing, self._ahead)

    def now(self) -> datetime:
        """The present instant, aware, in UTC: what the machine's clock says where it is right,
        Telegram's time where it is wrong; where it was set since, the last good time and what the
        steady counter has counted from there.
        """
        here = self.reading()
        if self._checked is None:
            return here.now
        if self._checked.leads_to(here):
            return here.now - self._ahead
        return self._checked.later(here.steady) - self._ahead

    def monotonic(self) -> float:
        return self._machine.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._machine.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        return await self._machine.wait(event, seconds)

    def reading(self) -> Reading:
        """The machine's clock and counter as they show now."""
        return Reading(self._machine.now(), self._machine.monotonic())

    def compare(self, asked: Reading, date: str | None) -> None:
        """Telegram has answered what was ``asked``, and wrote this ``Date`` above its answer.

        An answer that a sleeping machine found when it woke tells nothing, and is asked for again.
        """
        here = self.reading()
        if not asked.leads_to(here):
            return
        self._answered_at = here.steady
        said = _read(date)
        if said is None:
            self._hear_nothing(here)
            return
        said = max(said, self._least(here) or said)
        is_right = asked.now - TOLERANCE <= said <= here.now + TOLERANCE
        self._settle(here, timedelta() if is_right else here.now - said)

    def hear(self, written_at: datetime) -> None:
        """Telegram has handed over a message that was written then: it is later now, whatever the
        server in between may say.
        """
        here = self.reading()
        least = self._least(here)
        if least is None or written_at > least:
            self._at_least = Reading(written_at, here.steady)
        if written_at > here.now + TOLERANCE:
            self._settle(here, here.now - written_at)

    def _least(self, here: Reading) -> datetime | None:
        return None if self._at_least is None else self._at_least.later(here.steady)

    def _hear_nothing(self, here: Reading) -> None:
        if self.standing != "unchecked":
            return
        if self._untold is None or not self._untold.leads_to(here):
            self._untold = here
        if here.steady - self._untold.steady >= ENOUGH_SECONDS:
            self._settle(here, timedelta())

    def _settle(self, here: Reading, ahead: timedelta) -> None:
        self._checked, self._ahead, self._untold = here, ahead, None


def _read(date: str | None) -> datetime | None:
    """The time in a ``Date`` header; None where there is none that can be read."""
    if date is None:
        return None
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    return said.astimezone(UTC) if said.tzinfo else None
