"""Finds out whether a therapist is on leave, and for how long they were.

Used where a message can wait for their return, where somebody else is told instead, and where time
without a reader is counted. It must never decide what becomes of anything.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import leaves
from storage.leaves import Leave
from storage.people import Person
from storage.store import Tx


def leaves_now(work: Work, therapist: Person) -> list[Leave]:
    """The therapist's leaves that hold today, by their own clock."""
    return leaves.list_on(work.tx, therapist.id, work.now.astimezone(zone(therapist.zone)).date())


def time_waited(tx: Tx, therapist: Person, since: datetime, now: datetime) -> timedelta:
    """The time from ``since`` to ``now`` without what fell into leaves in which digests wait: a
    minute that lies in two of them is left out once.
    """
    waited, begin = timedelta(), since
    for leave in leaves.list_waiting(tx, therapist.id):
        from_at = _midnight(therapist, leave, first=True)
        until = min(_midnight(therapist, leave, first=False), now)
        waited += max(min(from_at, now) - begin, timedelta())
        begin = max(begin, until)
    return waited + max(now - begin, timedelta())


def _midnight(therapist: Person, leave: Leave, *, first: bool) -> datetime:
    """The moment at which the first day begins, or at which the last one is over."""
    day = leave.first_on if first else leave.last_on + timedelta(days=1)
    return at_local(day, time(), zone(therapist.zone))
