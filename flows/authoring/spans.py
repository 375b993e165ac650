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

_DURATION = re.compile(r"(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
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


def days_from_today(written: str) -> int | None:
    """``"-30d"``, ``"0d"`` or ``"+14d"`` as days from today; None: it is none."""
    found = _DAYS.fullmatch(written)
    return int(found[1]) if found else None


def weekdays(written: Sequence[str]) -> tuple[int, ...] | None:
    """``["wed", "mon"]`` as (0, 2), in order; None: one of them is no weekday, or there is none."""
    found = sorted({WEEKDAYS.index(day) for day in written if day in WEEKDAYS})
    return tuple(found) if found and all(day in WEEKDAYS for day in written) else None
