"""Finds out whether a therapist reads their digests. Used where it matters that nobody does."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.work.unit_of_work import Work
from storage import digests

UNREAD_FOR = timedelta(days=14)
"""So long after it was made a digest counts as unread."""


def unread_since(work: Work, therapist_id: int) -> datetime | None:
    """The time of the oldest digest that the therapist has not read for two weeks, and since which
    they have read no other one; None where they read, or have no such digest.
    """
    found = digests.find_unread(work.tx, therapist_id, work.now - UNREAD_FOR)
    return None if found is None else found.cut_off_at
