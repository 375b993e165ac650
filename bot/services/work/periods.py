"""The therapist's week: when a digest is frozen and which time it covers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.config.settings import Digest
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import digests
from storage.people import Person

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKS = 3
"""So many weeks have a cut-off whose week has no digest yet, whatever day was chosen before."""


def last_cut_off(work: Work, person: Person) -> datetime:
    """The newest cut-off at or before now, in UTC."""
    return newest_at(*hour_of(work.practice.settings.digest, person), person.zone, work.now)


def next_cut_off(work: Work, person: Person) -> datetime:
    """The first cut-off after now, in UTC; where its week has a digest already, because another day
    was chosen since, the one after it.
    """
    coming = coming_at(*hour_of(work.practice.settings.digest, person), person.zone, work.now)
    free = (at for at in coming if not _has_digest(work, person, at))
    return next(free, coming[0])


def _has_digest(work: Work, person: Person, at: datetime) -> bool:
    return digests.find(work.tx, person.id, iso_week(at, person.zone)) is not None


def hour_of(settings: Digest, person: Person) -> tuple[str, time]:
    """The day and the hour of the therapist's digest: their own choice, or else the practice's."""
    if person.digest_weekday is None or person.digest_wall is None:
        return settings.weekday, settings.at
    return person.digest_weekday, time.fromisoformat(person.digest_wall)


def newest_at(weekday: str, wall: time, zone_name: str, now: datetime) -> datetime:
    """The newest moment at or before ``now`` that is on that weekday at that wall time, in UTC."""
    today = now.astimezone(zone(zone_name)).date()
    days = (today + timedelta(days=1 - back) for back in range(9))
    return next(at for at in _on(weekday, wall, zone_name, days) if at <= now)


def coming_at(weekday: str, wall: time, zone_name: str, now: datetime) -> list[datetime]:
    """The first such moments after ``now``, in UTC."""
    today = now.astimezone(zone(zone_name)).date()
    days = (today + timedelta(days=ahead - 1) for ahead in range(7 * WEEKS + 2))
    return [at for at in _on(weekday, wall, zone_name, days) if at > now]


def _on(weekday: str, wall: time, zone_name: str, days: Iterator[date]) -> Iterator[datetime]:
    for day in days:
        if WEEKDAYS[day.weekday()] == weekday:
            yield at_local(day, wall, zone(zone_name))


def iso_week(cut_off: datetime, zone_name: str) -> str:
    """The week that a digest is named after, such as ``2026-W47``."""
    year, week, _ = cut_off.astimezone(zone(zone_name)).isocalendar()
    return f"{year}-W{week:02d}"
