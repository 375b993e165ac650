"""A local date: by a button for the days around today, or typed in any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from flows.authoring import spans
from flows.authoring.report import Loc, Report
from flows.authoring.values import given
from flows.kinds.keys import MomentKeys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value, pick
from flows.kinds.step import Shared, Step
from flows.kinds.typed import word
from flows.languages import Language, button, date_in_words, meant, month_of

FARTHEST_DAYS = 3660
NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
"""The days that have a button where they lie within the bounds, by their distance from today."""

_TYPED = NEAR | {"two_days_ago": -2, "in_two_days": 2}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4}|\d{2})?)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? ([^\W\d]+)\.?,?(?: (\d{4}))?")
_NAMED_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_WRITTEN = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, slots=True)
class DateStep(Step):
    """A local date, within bounds in days from today. The answer is a str such as
    ``2026-11-24``.
    """

    earliest: int | None = None
    latest: int | None = None
    kind: ClassVar[str] = "date"


class Date(Kind[MomentKeys, DateStep]):
    """The kind that is answered with a day."""

    step = DateStep
    keys = MomentKeys
    called = "date"
    does = "says a day, such as yesterday or 24.11."
    is_listed = True
    is_dated = True
    samples = (
        Sample(
            'earliest = "-400d"\nlatest = "0d"',
            fitting=(("2026-11-24", "2026-11-24"), ("24.11.2026", "2026-11-24")),
            refused=(
                (9, "not_an_option"),
                ("some day", "not_a_date"),
                ("2020-01-01", "too_early"),
                ("2099-01-01", "too_late"),
            ),
            condition='it > "2026"',
        ),
    )

    def build(self, shared: Shared, keys: MomentKeys) -> DateStep:
        earliest, latest = (
            None if written is None else given(spans.days_from_today(written))
            for written in (keys.earliest, keys.latest)
        )
        return DateStep(**shared, earliest=earliest, latest=latest)

    def check(self, found: Report, keys: MomentKeys, loc: Loc) -> None:
        """Reports bounds that are no distance from today, or between which no day lies."""
        read = {}
        for key in ("earliest", "latest"):
            written = getattr(keys, key)
            if written is None:
                continue
            read[key] = days = spans.days_from_today(written)
            if days is None or abs(days) > FARTHEST_DAYS:
                message = f"`{written[:60]}` is no distance from today."
                hint = 'Write days from today: "-30d", "0d" or "+14d"; at most ten years.'
                found.at_value("F060", (*loc, key), message, hint)
        earliest, latest = read.get("earliest"), read.get("latest")
        if earliest is not None and latest is not None and earliest > latest:
            message = f"`latest` ({keys.latest}) is before `earliest` ({keys.earliest})."
            found.at_value("F070", (*loc, "latest"), message, "Make `latest` the later one.")

    def unfit(self, keys: MomentKeys, answer: Any) -> Unfit | None:
        if isinstance(answer, str) and _WRITTEN.fullmatch(answer):
            return None
        return f"is no answer to `{keys.id}`.", 'Write a date such as "2026-11-24".'

    def sort(self, keys: MomentKeys) -> Sort | None:
        return "string"

    def ask(self, step: DateStep, language: Language) -> Asked:
        """A button for today, yesterday and tomorrow, where the author takes them."""
        return Asked(tuple(button(language, name) for name in _near(step)))

    def accept(
        self, step: DateStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """The date as ``2026-11-24``, within the author's bounds around ``today``."""
        if isinstance(reply, int):
            chosen = pick(tuple(NEAR[name] for name in _near(step)), reply)
            return chosen if isinstance(chosen, Refused) else _within(step, today, chosen.value)
        typed = word(reply)
        if (named := meant(typed, language, *_TYPED)) is not None:
            return _within(step, today, _TYPED[named])
        read = _read(step, typed, today, language)
        return Refused("not_a_date") if read is None else _within(step, today, (read - today).days)

    def show(self, step: DateStep, value: Value, language: Language) -> str:
        """The date as people write it: 24 November 2026, 24.11.2026."""
        try:
            on = date.fromisoformat(str(value))
        except ValueError:  # an answer to an earlier step of the same name, which was no date
            return str(value)
        return date_in_words(on, language)

    def describe(self, step: DateStep, language: Language) -> str:
        bounds = (("from", step.earliest), ("to", step.latest))
        parts = [f"{word} {_day(days)}" for word, days in bounds if days is not None]
        return f"a date {' '.join(parts)}" if parts else ""

    def limits(self, step: DateStep) -> tuple[object, ...]:
        return step.earliest, step.latest


def _day(days: int) -> str:
    """A day by its distance from today."""
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"{count} ago"


def _near(step: DateStep) -> list[str]:
    return [name for name, days in NEAR.items() if _outside(step, days) is None]


def _outside(step: DateStep, days: int) -> Refused | None:
    if step.earliest is not None and days < step.earliest:
        return Refused("too_early")
    return Refused("too_late") if step.latest is not None and days > step.latest else None


def _within(step: DateStep, today: date, days: Value) -> Fits | Refused:
    assert isinstance(days, int), "days from today are counted"
    return _outside(step, days) or Fits((today + timedelta(days)).isoformat())


def _read(step: DateStep, typed: str, today: date, language: Language) -> date | None:
    if found := _ISO.fullmatch(typed):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(typed):
        return _in_year(step, today, found[3], int(found[2]), int(found[1]))
    if found := _NAMED.fullmatch(typed):
        return _in_year(step, today, found[3], month_of(found[2], language), int(found[1]))
    if found := _NAMED_FIRST.fullmatch(typed):
        return _in_year(step, today, found[3], month_of(found[1], language), int(found[2]))
    return None


def _in_year(step: DateStep, today: date, year: str | None, month: int, day: int) -> date | None:
    """The date in that year; without one, in the year nearest to today inside the bounds."""
    if year is not None:
        return _date(int(year) if len(year) > 2 else 2000 + int(year), month, day)
    years = (_date(today.year + away, month, day) for away in range(-4, 5))
    dates = [on for on in years if on is not None]

    def distance(on: date) -> tuple[bool, int]:
        days = (on - today).days
        return _outside(step, days) is not None, abs(days)

    return min(dates, key=distance, default=None)


def _date(year: int, month: int, day: int) -> date | None:
    """The date; None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
