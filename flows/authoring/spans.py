"""Lengths of time, times of day and weekdays as authors write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of Python's weekday numbers: 0 is Monday."""

SPAN_FORM = {"type": "string", "pattern": r"^(?=.)([0-9]{1,4}d)?([0-9]{1,5}h)?([0-9]{1,6}m)?$"}
WALL_FORM = {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$"}
"""The same as JSON Schema."""

_GERMAN_WEEKDAYS = ("mo", "di", "mi", "do", "fr", "sa", "so")
_DURATION = re.compile(r"(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_SPOKEN = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?:[:.]\d{2})?)?\s*(?P<half>[ap]\.?m\.?|uhr|h|o'clock)?",
    re.ASCII | re.IGNORECASE,
)
_DAYS = re.compile(r"([+-]?[0-9]{1,5})d")


def duration(written: str) -> timedelta | None:
    """``"30m"``, ``"2h"``, ``"3d"`` or ``"1d12h"`` as a length of time; None: it is none."""
    found = _DURATION.fullmatch(written)
    if not found or not written:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def time_of_day(written: str) -> time | None:
    """``"18:00"`` as a wall time; None: it is none."""
    found = _TIME.fullmatch(written)
    return time(int(found[1]), int(found[2])) if found else None


def weekday_meant(written: str) -> str | None:
    """The weekday that ``"Monday"``, ``"Di"`` or ``"Mittwoch"`` means; None: it means none."""
    word = written.strip().lower()
    if word[:3] in WEEKDAYS:
        return word[:3]
    german = word[:2]
    return WEEKDAYS[_GERMAN_WEEKDAYS.index(german)] if german in _GERMAN_WEEKDAYS else None


def time_meant(written: str) -> str | None:
    """The time of day that ``"7:30 pm"``, ``"19.30 Uhr"`` or ``"24:00"`` means, as ``"19:30"``;
    None: it means none.
    """
    found = _SPOKEN.fullmatch(written.strip()[:20])
    if found is None or not (found["minute"] or found["half"]):
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or "").lower()[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def write_time(written: str) -> str:
    """Say what to write instead of a text that is no time of day, as a sentence."""
    meant = time_meant(written)
    if meant is None:
        return "Write hours and minutes from 00:00 to 23:59, such as 18:00."
    if meant == "00:00":
        return "Write 00:00: midnight begins the day."
    return f"Write {meant}: two digits, a colon, two digits, from 00:00 to 23:59."


def days_from_today(written: str) -> int | None:
    """``"-30d"``, ``"0d"`` or ``"+14d"`` as days from today; None: it is none."""
    found = _DAYS.fullmatch(written)
    return int(found[1]) if found else None


def weekdays(written: Sequence[str]) -> tuple[int, ...] | None:
    """``["wed", "mon"]`` as (0, 2), in order; None: one of them is no weekday, or there is none."""
    found = sorted({WEEKDAYS.index(day) for day in written if day in WEEKDAYS})
    return tuple(found) if found and all(day in WEEKDAYS for day in written) else None
