"""The hours in which nobody is written to.

Used by planning and by whoever opens a check-in or sends a reminder. It never drops anything: it
only says when the next allowed moment is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flows.schedule.local_time import next_wall, wall_at


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one wall time up to, not including, another; past midnight if ``until`` is earlier.

    Two equal times mean that there are no quiet hours.
    """

    from_wall: time
    until_wall: time

    def hold(self, wall: time) -> bool:
        """True where the clock time lies in the quiet hours."""
        if self.from_wall <= self.until_wall:
            return self.from_wall <= wall < self.until_wall
        return wall >= self.from_wall or wall < self.until_wall


USUAL_QUIET = QuietHours(time(21, 30), time(8))
"""Unless the practice says otherwise."""


def next_allowed(at: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """``at`` itself outside quiet hours, else the instant, in UTC, at which they end.

    The wall clock decides: where it is set back into the quiet hours, they hold a second time.
    """
    if quiet is None:
        return at
    # More than one round only where a clock change swallows the whole time between quiet hours.
    while quiet.hold(wall_at(at, zone).time()):
        at = next_wall(at, quiet.until_wall, zone)
    return at


def only_quiet(
    due_at: datetime, until_at: datetime, zone: ZoneInfo, quiet: QuietHours | None
) -> bool:
    """True where quiet hours fill the whole window: what is due then can never be sent."""
    return next_allowed(due_at, zone, quiet) >= until_at
