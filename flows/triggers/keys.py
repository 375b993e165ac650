"""The keys that several triggers share. A key of one trigger alone stands in its module."""

from __future__ import annotations

from datetime import time, timedelta

from flows.authoring import span_checks, spans
from flows.authoring.keys import Key

AT: Key[time] = Key(
    name="at",
    sort=str,
    read=spans.time_of_day,
    says="The time of day in the client's zone: 18:00.",
    what="the time of day",
    sample='"18:00"',
    form=spans.WALL_FORM,
    check=span_checks.check_wall,
)
DAYS: Key[tuple[int, ...]] = Key(
    name="days",
    sort=list[str],
    read=spans.weekdays,
    says="Weekdays: mon, tue, wed, thu, fri, sat, sun.",
    what="the weekdays",
    sample='["wed"]',
    form={"type": "array", "items": {"enum": list(spans.WEEKDAYS)}},
    check=span_checks.check_weekdays,
    note=f" ({', '.join(spans.WEEKDAYS)})",
)
AFTER: Key[timedelta] = Key(
    name="after",
    sort=str,
    read=spans.duration,
    says="How long after the event it comes: 2h.",
    what="how long after it",
    sample='"2h"',
    form=spans.SPAN_FORM,
    check=span_checks.length_within(timedelta(0)),
)
