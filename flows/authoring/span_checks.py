"""The faults that a length of time, a time of day, a count or weekdays in a file can have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flows.authoring import spans
from flows.authoring.near_names import listed
from flows.authoring.report import Loc, Report

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=28)


def check_wall(report: Report, loc: Loc, written: str) -> None:
    """Reports what is no time of day."""
    if spans.time_of_day(written) is None:
        message = f"`{written[:60]}` is no time of day."
        hint = spans.write_time(written)
        report.at_value("F061", loc, message, hint)


def check_length(
    report: Report, loc: Loc, written: str, shortest: timedelta, longest: timedelta = LONGEST
) -> timedelta | None:
    """The length of time; reports what is none, or is too short or too long."""
    length = spans.duration(written)
    if length is None:
        message = f"`{written[:60]}` is no length of time."
        hint = 'Write a number with m, h or d: "30m", "2h", "3d", "1d12h".'
        report.at_value("F060", loc, message, hint)
    elif not shortest <= length <= longest:
        message = f"`{written}` is too short or too long here."
        hint = f"Choose between {int(shortest.total_seconds() // 60)}m and {longest.days}d."
        report.at_value("F060", loc, message, hint)
    return length


def check_weekdays(report: Report, loc: Loc, days: list[str]) -> None:
    """Reports an empty list, what is no weekday, and a weekday that is named twice."""
    if not days:
        report.at_value("F062", loc, "No weekday is named.", 'Write such as days = ["wed"].')
    for number, day in enumerate(days):
        here = (*loc, number)
        if day not in spans.WEEKDAYS:
            known = f"The weekdays are {listed(spans.WEEKDAYS)}."
            meant = spans.weekday_meant(day)
            hint = f"Write `{meant}`." if meant else known
            report.at_value("F062", here, f"`{day[:60]}` is no weekday here.", hint)
        elif day in days[:number]:
            report.at_value("F062", here, f"`{day}` is named twice.", "Remove one of them.")


def count_up_to(most: int) -> Callable[[Report, Loc, Any], None]:
    """A check that reports a number outside of 1 to ``most``."""

    def check(report: Report, loc: Loc, written: int) -> None:
        if not 1 <= written <= most:
            message = f"`{loc[-1]}` is too small or too large."
            hint = f"Write a whole number from 1 to {most}."
            report.at_value("F070", loc, message, hint)

    return check


def length_within(
    shortest: timedelta, longest: timedelta = LONGEST
) -> Callable[[Report, Loc, Any], None]:
    """A check that reports what is no length of time between the two."""

    def check(report: Report, loc: Loc, written: str) -> None:
        check_length(report, loc, written, shortest, longest)

    return check
