"""The therapist's week: when a digest is frozen and which time it covers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.config.settings import Digest
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def last_cut_off(settings: Digest, zone_name: str, now: datetime) -> datetime:
    """The newest cut-off at or before ``now``, in UTC."""
    day = now.astimezone(zone(zone_name)).date() + timedelta(days=1)
    while True:
        cut_off = _cut_off_on(settings, zone_name, day)
        if cut_off is not None and cut_off <= now:
            return cut_off
        day -= timedelta(days=1)


def next_cut_off(settings: Digest, zone_name: str, now: datetime) -> datetime:
    """The first cut-off after ``now``, in UTC."""
    day = now.astimezone(zone(zone_name)).date() - timedelta(days=1)
    while True:
        cut_off = _cut_off_on(settings, zone_name, day)
        if cut_off is not None and cut_off > now:
            return cut_off
        day += timedelta(days=1)


def _cut_off_on(settings: Digest, zone_name: str, day: date) -> datetime | None:
    if WEEKDAYS[day.weekday()] != settings.weekday:
        return None
    return at_local(day, settings.at, zone(zone_name))


def iso_week(cut_off: datetime, zone_name: str) -> str:
    """The week that a digest is named after, such as ``2026-W47``."""
    year, week, _ = cut_off.astimezone(zone(zone_name)).isocalendar()
    return f"{year}-W{week:02d}"
