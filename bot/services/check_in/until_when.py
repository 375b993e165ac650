"""Tells until when a check-in that has ended may be changed: the digest that will tell of it.

Used by ``effects`` for the last words of a check-in. It must never name a digest that is not to
come: one for a therapist who cannot be reached waits for their return.
"""

from __future__ import annotations

from datetime import datetime

from bot.services.work.periods import next_cut_off
from bot.services.work.unit_of_work import Work
from storage import cares, people
from storage.check_ins import StoredCheckIn


def may_be_changed_until(work: Work, stored: StoredCheckIn) -> datetime | None:
    """Return the cut-off of the digest that tells what was answered just now; None where none is
    made then.
    """
    care = cares.load(work.tx, stored.care_id)
    therapist = people.load(work.tx, care.therapist_id)
    is_reached = people.chat_of(work.tx, therapist.id) is not None
    if care.state != "active" or not is_reached or therapist.unreachable_at is not None:
        return None
    return next_cut_off(work, therapist)
