"""The times to which a question may be put off: in an hour, this evening, tomorrow.

Used by the bot, which offers them. None lies in quiet hours, and none after the check-in would
lapse by itself: one that is put off holds up others, so it cannot be put off for ever.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from flows.schedule.local_time import at_local, wall_at
from flows.schedule.quiet import QuietHours

Later = Literal["hour", "evening", "tomorrow"]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVENING = time(19)
STAYS = timedelta(hours=6)
"""So long after it was to come up again a question stays open at least."""


def ways_to_snooze(
    now: datetime,
    *,
    asked_at: datetime,
    lapses_at: datetime,
    zone: ZoneInfo,
    quiet: QuietHours | None,
) -> dict[Later, datetime]:
    """Each time that may be chosen, in UTC. Tomorrow is at the clock time of ``asked_at``, or when
    quiet hours end, should that lie in them.
    """
    here, usual = wall_at(now, zone), _usual(asked_at, zone, quiet)
    found: dict[Later, datetime] = {
        "hour": now + HOUR,
        "evening": at_local(here.date(), EVENING, zone),
        "tomorrow": at_local(here.date() + DAY, usual, zone),
    }
    return {
        name: at
        for name, at in found.items()
        if now + HOUR <= at <= lapses_at and not _is_quiet(at, zone, quiet)
    }


def stays_until(at: datetime, lapses_at: datetime) -> datetime:
    """The end of a check-in that comes up again at ``at`` and else lapsed at ``lapses_at``."""
    return max(lapses_at, at + STAYS)


def by_another_clock(
    until: datetime,
    *,
    asked_at: datetime,
    was: ZoneInfo,
    zone: ZoneInfo,
    quiet: QuietHours | None,
) -> datetime:
    """The time of what was put off by a clock that is not the client's any more: this evening and
    tomorrow keep their wall time, an hour stays an hour.
    """
    there = wall_at(until, was)
    if there.time() not in (EVENING, _usual(asked_at, was, quiet)):
        return until
    return at_local(there.date(), there.time(), zone)


def _usual(asked_at: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> time:
    """The time of day at which it was asked, or at which quiet hours end."""
    usual = wall_at(asked_at, zone).time().replace(second=0, microsecond=0)
    return quiet.until_wall if quiet is not None and quiet.hold(usual) else usual


def _is_quiet(at: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> bool:
    return quiet is not None and quiet.hold(wall_at(at, zone).time())
