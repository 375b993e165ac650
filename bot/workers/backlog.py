"""Tells whether everything written while the bot was away is in; questions wait for that.

Used by the sender. A question that overtakes what was written before it reads as if nobody had
listened. The wait is bounded: what cannot be fetched now holds up nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import Clock
from bot.workers.place import Place
from bot.workers.receiver import Receiver

PATIENCE_SECONDS = 40.0
"""Longer than the longest pause between two polls that fail."""
OPEN_SECONDS = 60.0
"""The time that questions leave freely once the wait was in vain."""


@dataclass(slots=True)
class Backlog:
    """Asked each time that questions might leave."""

    receiver: Receiver
    place: Place
    clock: Clock
    _wanted_at: float | None = None
    """The time when the first question began to wait."""
    _given_up_at: float | None = None

    def is_in(self) -> bool:
        """True once a poll has brought all there was; or where a poll that began after a question
        was ready has failed, so that waiting longer would help nobody.
        """
        now = self.clock.monotonic()
        leads = self.place.leads
        if self.receiver.caught_up if leads else self.place.is_caught_up:
            self._wanted_at = self._given_up_at = None
            return True
        if self._given_up_at is not None and now - self._given_up_at < OPEN_SECONDS:
            return True
        if self._wanted_at is None:
            self._wanted_at = now
            return False
        failed_at = self.receiver.failed_poll_at if leads else None
        in_vain = failed_at is not None and failed_at >= self._wanted_at
        if not in_vain and now - self._wanted_at < PATIENCE_SECONDS:
            return False
        self._given_up_at, self._wanted_at = now, None
        return True
