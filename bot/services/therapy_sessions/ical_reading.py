"""A calendar file -> appointments, as plain values; or why it is none that can be read.

Used for a file that a therapist sends and for a calendar that is read regularly. It may take long:
call it beside the work, never in a transaction. Titles are there to be matched and go no further.
Its libraries take 4 MB and are imported with the first calendar, for many practices have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

LARGEST = 2 * 1024 * 1024
"""Bytes; ten years of a full practice are less."""
MOST = 3000
"""Events in a file, and appointments that come of them."""
AHEAD = timedelta(days=60)
"""So far ahead appointments are taken."""
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
"""Rhythms that no therapy has; working them out would take hours."""

Unreadable = Literal["too_large", "not_a_calendar", "too_many", "broken"]
"""too_large: more bytes than are read. not_a_calendar: it is something else. too_many: more events
than a practice has. broken: it begins like a calendar, and cannot be followed."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One event at one time; of a series each of its times is one."""

    key: str = field(repr=False)
    """Names it in its calendar, wherever it moves: the event, and which of a series."""
    starts_at: datetime
    ends_at: datetime
    is_off: bool
    """True where the calendar says that it was called off."""
    title: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Appointments:
    """The appointments to come, by time, and how many events could not be used: without a time of
    day, without an end, or broken."""

    found: tuple[Appointment, ...]
    unusable: int


def read(content: bytes, *, local: ZoneInfo, now: datetime) -> Appointments | Unreadable:
    """The appointments that begin after ``now``; a time without a zone is by the clock of
    ``local``.
    """
    if len(content) > LARGEST:
        return "too_large"
    import recurring_ical_events
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, KeyError, IndexError):
        return "not_a_calendar"
    events = list(calendar.walk("VEVENT"))
    if len(events) > MOST:
        return "too_many"
    usable = [event for event in events if _is_usable(event)]
    series = {str(event["UID"]) for event in usable if _repeats(event)}
    calendar.subcomponents = [
        each for each in calendar.subcomponents if each.name != "VEVENT" or each in usable
    ]
    try:
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        times = list(islice(query.between(now - timedelta(days=1), now + AHEAD), MOST + 1))
    except (ValueError, KeyError, TypeError, OverflowError):
        return "broken"
    if len(times) > MOST:
        return "too_many"
    found = [each for event in times for each in _appointment(event, series, local)]
    ahead = sorted((each for each in found if each.starts_at > now), key=lambda a: a.starts_at)
    return Appointments(tuple(ahead), len(events) - len(usable))


def _is_usable(event: Any) -> bool:
    """True where the event has a name and a time of day, and no rhythm that never ends."""
    try:
        begin, rules = event["DTSTART"].dt, event.get("RRULE", [])
        rules = rules if isinstance(rules, list) else [rules]
        often = {str(each) for rule in rules for each in rule.get("FREQ", [])}
    except (ValueError, KeyError, AttributeError, TypeError):
        return False
    return bool(event.get("UID")) and isinstance(begin, datetime) and not often & _TOO_OFTEN


def _repeats(event: Any) -> bool:
    return any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _appointment(event: Any, series: set[str], local: ZoneInfo) -> Iterator[Appointment]:
    begin, end = event["DTSTART"].dt, event["DTEND"].dt
    starts_at, ends_at = _instant(begin, local), _instant(end, local)
    uid = str(event["UID"])
    which = ""
    if uid in series:
        which = _instant(event["RECURRENCE-ID"].dt, local).isoformat()
    if timedelta(minutes=5) <= ends_at - starts_at <= timedelta(hours=8):
        is_off = str(event.get("STATUS", "")).upper() == "CANCELLED"
        title = str(event.get("SUMMARY", ""))
        yield Appointment(f"{uid}\n{which}", starts_at, ends_at, is_off, title)


def _instant(at: datetime, local: ZoneInfo) -> datetime:
    aware = at if at.tzinfo is not None else at.replace(tzinfo=local)
    return aware.astimezone(UTC)
