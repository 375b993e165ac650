"""Finds out whether a therapist reads their digests. Used where it matters that nobody does.

Days of leave in which digests wait do not count: whoever is away neglects nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.work import on_leave
from bot.services.work.unit_of_work import Work
from storage import digests, people
from storage.digests import DigestRow
from storage.people import Person
from storage.store import Tx

UNREAD_FOR = timedelta(days=14)
"""So long after it was made a digest counts as unread."""


def unread_since(work: Work, therapist_id: int) -> datetime | None:
    """The time of the oldest digest that the therapist has not read for two weeks, and since which
    they have read no other one; None where they read, or have no such digest.
    """
    found = find(work.tx, people.load(work.tx, therapist_id), work.now)
    return None if found is None else found.cut_off_at


def find(tx: Tx, therapist: Person, now: datetime) -> DigestRow | None:
    """That digest."""
    found = digests.find_unread(tx, therapist.id, now - UNREAD_FOR)
    if found is None or on_leave.time_waited(tx, therapist, found.cut_off_at, now) < UNREAD_FOR:
        return None
    return found
