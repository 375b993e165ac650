"""The therapist's week: when a digest is frozen and which time it covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count

from bot.config.settings import Digest
from bot.services.work.unit_of_work import INSTANT, Work
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import digests, leaves
from storage.leaves import Leave
from storage.people import Person

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def last_cut_off(work: Work, person: Person) -> datetime:
    """The newest cut-off at or before now, in UTC: one in a leave in which digests wait is none."""
    away = leaves.list_waiting(work.tx, person.id)
    past = past_at(*hour_of(work.practice.settings.digest, person), person.zone, work.now)
    return next(at for at in past if not _waits(away, person, at))


def next_cut_off(work: Work, person: Person) -> datetime:
    """The first cut-off after now, in UTC. One in a leave in which digests wait is none; nor is one
    whose week has a digest already, because another day was chosen since.
    """
    away = leaves.list_waiting(work.tx, person.id)
    coming = coming_at(*hour_of(work.practice.settings.digest, person), person.zone, work.now)
    free = (at for at in coming if not _waits(away, person, at))
    return next(at for at in free if not _has_digest(work, person, at))


def first_after(work: Work, person: Person, last_on: date) -> datetime:
    """The first cut-off after that day, in UTC, which a leave until then would make the next."""
    away = leaves.list_waiting(work.tx, person.id)
    begin = at_local(last_on + timedelta(days=1), time(), zone(person.zone)) - INSTANT
    coming = coming_at(*hour_of(work.practice.settings.digest, person), person.zone, begin)
    return next(at for at in coming if not _waits(away, person, at))


def _waits(away: Sequence[Leave], person: Person, at: datetime) -> bool:
    """True for a cut-off in a leave. One that had passed when the leave was entered is owed."""
    day = at.astimezone(zone(person.zone)).date()
    return any(leave.is_on(day) and at > leave.made_at for leave in away)


def _has_digest(work: Work, person: Person, at: datetime) -> bool:
    return digests.find(work.tx, person.id, iso_week(at, person.zone)) is not None


def cut_offs_in(work: Work, person: Person, first_on: date, last_on: date) -> list[datetime]:
    """The moments between two dates, both included, at which a digest is usually made, after
    now.
    """
    weekday, wall = hour_of(work.practice.settings.digest, person)
    days = (first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1))
    return [at for at in _on(weekday, wall, person.zone, days) if at > work.now]


def hour_of(settings: Digest, person: Person) -> tuple[str, time]:
    """The day and the hour of the therapist's digest: their own choice, or else the practice's."""
    if person.digest_weekday is None or person.digest_wall is None:
        return settings.weekday, settings.at
    return person.digest_weekday, time.fromisoformat(person.digest_wall)


def past_at(weekday: str, wall: time, zone_name: str, now: datetime) -> Iterator[datetime]:
    """The moments at or before ``now`` that are on that weekday at that wall time, in UTC, newest
    first.
    """
    today = now.astimezone(zone(zone_name)).date()
    days = (today + timedelta(days=1 - back) for back in count())
    return (at for at in _on(weekday, wall, zone_name, days) if at <= now)


def coming_at(weekday: str, wall: time, zone_name: str, now: datetime) -> Iterator[datetime]:
    """The moments after ``now`` that are, in UTC, the first one first."""
    today = now.astimezone(zone(zone_name)).date()
    days = (today + timedelta(days=ahead - 1) for ahead in count())
    return (at for at in _on(weekday, wall, zone_name, days) if at > now)


def _on(weekday: str, wall: time, zone_name: str, days: Iterable[date]) -> Iterator[datetime]:
    for day in days:
        if WEEKDAYS[day.weekday()] == weekday:
            yield at_local(day, wall, zone(zone_name))


def iso_week(cut_off: datetime, zone_name: str) -> str:
    """The week that a digest is named after, such as ``2026-W47``."""
    year, week, _ = cut_off.astimezone(zone(zone_name)).isocalendar()
    return f"{year}-W{week:02d}"
