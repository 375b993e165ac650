"""Lets the pauses of a client end with the day that they were told, by their present clock.

Used where a zone changes, or its rules do. It tells nobody: the day is the one that was named.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local, wall_at
from storage import cares
from storage.people import Person


def follow(work: Work, client: Person, was: ZoneInfo, becomes: ZoneInfo) -> None:
    """Each pause that ends by itself ends at the same wall time by the clock that is, not by the
    one that ``was``.
    """
    for care in cares.list_for_client(work.tx, client.id):
        if care.paused_at is None or care.paused_until is None:
            continue
        wall = wall_at(care.paused_until, was)
        until = at_local(wall.date(), wall.time(), becomes)
        if until != care.paused_until:
            cares.pause(work.tx, care.id, care.paused_at, until=until)
