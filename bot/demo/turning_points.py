"""Moments on the practice's wall clock to which the clock can be turned.

Used by the stage.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.demo.box import ZONE, Box
from bot.services.digest.digests import next_cut_off_of_all
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage.store import Tx

MORNING = time(8)
A_MOMENT = timedelta(minutes=1)
"""So long after its hour a digest stands in the chat."""


def day_of(at: datetime) -> date:
    """The day of the practice."""
    return at.astimezone(zone(ZONE)).date()


def next_morning(now: datetime) -> datetime:
    """The next eight o'clock, in UTC."""
    days = (day_of(now), day_of(now) + timedelta(days=1))
    return next(at for day in days if (at := at_local(day, MORNING, zone(ZONE))) > now)


async def after_next_digest(box: Box) -> datetime:
    """A moment after the next digest, by the hour that the therapist has chosen for it."""
    now = box.clock.now()

    def ask(tx: Tx) -> datetime | None:
        return next_cut_off_of_all(Work(tx, box.app.practice, now, "demo"))

    found = await box.app.store.read(ask)
    return (found or now + timedelta(weeks=1)) + A_MOMENT
