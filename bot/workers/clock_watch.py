"""Tells the workers whether the machine's clock may be gone by, and the admin where it may not.

Used by the ticker, the keeper and the calendars, which do nothing that cannot be taken back on a
clock that was not compared with Telegram's time, or is wrong. It must never hold up an answer to
somebody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.checked_clock import CheckedClock, Standing
from storage import alarms
from storage.store import Store

log = structlog.get_logger(__name__)

ADVICE = (
    "set this machine's clock, or let it be set over the network (timedatectl set-ntp true); "
    "until then nobody is asked anything, nothing lapses and no digest is made"
)

SPARED_SECONDS = 120.0
"""A small machine may start each time with a wrong clock, which is set a moment later: of that the
log tells, and nobody is alarmed.
"""


@dataclass(slots=True)
class ClockWatch:
    """Asked before anything is done by the clock."""

    store: Store
    clock: CheckedClock
    poll: Callable[[], Awaitable[object]]
    """Asks Telegram for anything, soon: its answer says the time."""
    _wrong_since: float | None = None
    """On the steady counter."""
    _is_alarm_open: bool | None = None
    """None: an alarm of the process before may be."""

    async def standing(self) -> Standing:
        """Say how far the clock can be trusted; one that is unchecked is compared first."""
        if self.clock.standing == "unchecked":
            await self.poll()
        found = self.clock.standing
        if found == "right":
            await self._is_right_now()
        elif found == "wrong":
            await self._is_wrong_now()
        return found

    async def is_right(self) -> bool:
        """True where whatever is due by the clock may be done."""
        return await self.standing() == "right"

    async def _is_right_now(self) -> None:
        if self._wrong_since is not None:
            log.info("clock_right_again")
            self._wrong_since = None
        if self._is_alarm_open is not False:
            now = self.clock.now()
            await self.store.write(lambda tx: alarms.end(tx, "clock_off", now=now))
            self._is_alarm_open = False

    async def _is_wrong_now(self) -> None:
        now, steady = self.clock.now(), self.clock.monotonic()
        if self._wrong_since is None:
            self._wrong_since = steady
            minutes = round(self.clock.ahead.total_seconds() / 60)
            log.error("clock_off", minutes_ahead=minutes, advice=ADVICE)
        if not self._is_alarm_open and steady - self._wrong_since >= SPARED_SECONDS:
            await self.store.write(lambda tx: alarms.begin(tx, "clock_off", now=now))
            self._is_alarm_open = True
