"""Lengths of time, times of day and weekdays in plain English, for authors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def length(span: timedelta) -> str:
    """A length of time in words: "36 hours", "2 days"; days and a rest only above 72 hours.

    "0 minutes" for none.
    """
    minutes = int(span.total_seconds()) // 60
    days, rest = (
        divmod(minutes, 24 * 60)
        if minutes % (24 * 60) == 0 or minutes > 72 * 60
        else (
            0,
            minutes,
        )
    )
    hours, rest = divmod(rest, 60)
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((days, "day"), (hours, "hour"), (rest, "minute"))
        if count
    ]
    return listed_with_and(parts) or "0 minutes"


def weekdays_in_words(days: Sequence[int]) -> str:
    """Weekdays by name: "Monday and Wednesday"."""
    return listed_with_and([DAYS[day] for day in days])


def wall_in_words(at: time) -> str:
    """A time of day: "18:00"."""
    return at.strftime("%H:%M")


def listed_with_and(parts: Sequence[str]) -> str:
    """Parts of a sentence in a row: "a, b and c"."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
