"""A local date: by a button for the days around today, or typed in English or German."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows.authoring.words import Words
from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply, pick
from flows.engine.steps.typed import word
from flows.languages import Language
from flows.script.flow import DateStep

NEAR: tuple[tuple[int, Words], ...] = (
    (0, Words((("en", "Today"), ("de", "Heute")), neutral=True)),
    (-1, Words((("en", "Yesterday"), ("de", "Gestern")), neutral=True)),
    (1, Words((("en", "Tomorrow"), ("de", "Morgen")), neutral=True)),
)
"""The days that have a button where they lie within the bounds, by their distance from today."""

_FURTHER = {"vorgestern": -2, "übermorgen": 2, "uebermorgen": 2}
_TYPED = _FURTHER | {word(text): days for days, words in NEAR for _, text in words.by_language}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4}|\d{2})?)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? ([^\W\d]+)\.?,?(?: (\d{4}))?")
_NAMED_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_MONTHS = (
    *(("january", "januar", "jänner"), ("february", "februar"), ("march", "märz", "maerz")),
    *(("april",), ("may", "mai"), ("june", "juni"), ("july", "juli"), ("august",)),
    *(("september",), ("october", "oktober"), ("november",), ("december", "dezember")),
)
_SHORTEST_MONTH = 3


def ask(step: DateStep, language: Language) -> Asked:
    """A button for today, yesterday and tomorrow, where the author takes them."""
    return Asked(tuple(words.say(language) for _, words in _near(step)))


def accept(step: DateStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """The date as ``2026-11-24``, within the author's bounds around ``today``."""
    if isinstance(reply, int):
        chosen = pick(tuple(days for days, _ in _near(step)), reply)
        return chosen if isinstance(chosen, Refused) else _within(step, today, chosen.value)
    typed = word(reply)
    if typed in _TYPED:
        return _within(step, today, _TYPED[typed])
    read = _read(step, typed, today)
    return Refused("not_a_date") if read is None else _within(step, today, (read - today).days)


def show(step: DateStep, value: Value, language: Language) -> str:
    """The date as people write it: 24 November 2026, 24.11.2026."""
    try:
        on = date.fromisoformat(str(value))
    except ValueError:  # an answer to an earlier step of the same name, which was no date
        return str(value)
    if language == "en":
        return f"{on.day} {_MONTHS[on.month - 1][0].title()} {on.year:04}"
    return f"{on.day}.{on.month}.{on.year:04}"


def _near(step: DateStep) -> list[tuple[int, Words]]:
    return [(days, words) for days, words in NEAR if _outside(step, days) is None]


def _outside(step: DateStep, days: int) -> Refused | None:
    if step.earliest is not None and days < step.earliest:
        return Refused("too_early")
    return Refused("too_late") if step.latest is not None and days > step.latest else None


def _within(step: DateStep, today: date, days: Value) -> Fits | Refused:
    assert isinstance(days, int), "days from today are counted"
    return _outside(step, days) or Fits((today + timedelta(days)).isoformat())


def _read(step: DateStep, typed: str, today: date) -> date | None:
    if found := _ISO.fullmatch(typed):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(typed):
        return _in_year(step, today, found[3], int(found[2]), int(found[1]))
    if found := _NAMED.fullmatch(typed):
        return _in_year(step, today, found[3], _month(found[2]), int(found[1]))
    if found := _NAMED_FIRST.fullmatch(typed):
        return _in_year(step, today, found[3], _month(found[1]), int(found[2]))
    return None


def _month(named: str) -> int:
    """The month of that name or its beginning; 0, which no date has, where there is none."""
    for number, names in enumerate(_MONTHS, start=1):
        if len(named) >= _SHORTEST_MONTH and any(name.startswith(named) for name in names):
            return number
    return 0


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


KIND = Kind(DateStep, ask, accept, show)
