"""Days and moments as people write them, in any language: "Tue 15:00", "bis Montag", "2 weeks".

Used by /session and /pause. It must never guess: what is only partly understood is not understood.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from flows.kinds.time import read_time
from flows.languages import Language, meant, month_of, typed_words, weekday_of

_LONGEST = 60
_RELATIVE = {"today": 0, "yesterday": -1, "tomorrow": 1, "two_days_ago": -2, "in_two_days": 2}
_DAYS_IN = {"days": 1, "weeks": 7, "months": 30}
_COUNTED = {"a_single": 1, "two": 2}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4}|\d{2})?)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? ([^\W\d]+)\.?,?(?: (\d{4}))?")
_NAMED_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_BARE = re.compile(r"\d{1,2}", re.ASCII)
_TIME_WORDS = 3
"""A time of day is written in so many words at most: "at 3 pm"."""


def read_day(text: str, today: date, language: Language, *, ahead: bool) -> date | None:
    """The day that is meant; None for anything else.

    ``ahead``: a weekday is after today and a date without a year is yet to come. Otherwise a
    weekday may be today, and a date is the one nearest to today.
    """
    if len(text) > _LONGEST:
        return None
    typed = _without(text.casefold().split(), "on_day")
    named = meant(typed, language, *_RELATIVE)
    if named is not None:
        return today + timedelta(_RELATIVE[named])
    found = _weekday(typed, today, language, ahead=ahead)
    return found or _calendar_day(typed, today, language, ahead=ahead)


def read_until(text: str, today: date, language: Language) -> date | None:
    """The day up to which something lasts: "until Monday", "2 weeks", "bis 3.12."; None: it is not
    clear.
    """
    typed = _without(text[: _LONGEST + 1].casefold().split(), "until")
    days = _span(typed, language)
    if days is not None:
        return today + timedelta(days)
    return read_day(typed, today, language, ahead=True)


def read_moment(text: str, today: date, language: Language) -> datetime | None:
    """The local day and time that is meant, such as "Tue 15:00", "25.11. 15 Uhr" or "15:00" for
    today; None for anything else.
    """
    words = text[: _LONGEST + 1].casefold().split()
    for count in range(1, min(_TIME_WORDS, len(words)) + 1):
        days, at_wall = words[:-count], read_time(" ".join(words[-count:]))
        if days and days[-1] in typed_words("at"):
            days = days[:-1]
        if at_wall is None or (not days and _BARE.fullmatch(words[-1])):
            continue
        named = " ".join(days).rstrip(",")
        day = read_day(named, today, language, ahead=False) if named else today
        if day is not None:
            return datetime.combine(day, at_wall)
    return None


def read_span(text: str, today: date, language: Language) -> tuple[date, date] | None:
    """The first and the last day of "21.12.-3.1.", "from 21 Dec to 3 Jan", "until 14 Dec", which
    is from today on, or of one day; None: it is not clear.
    """
    typed = " ".join(text[: _LONGEST + 1].casefold().split())
    while typed.partition(" ")[0] in typed_words("starting"):
        typed = typed.partition(" ")[2]
    if typed.partition(" ")[0] in typed_words("up_to"):
        last = read_day(typed.partition(" ")[2], today, language, ahead=True)
        return None if last is None else (today, last)
    between = "|".join(re.escape(word) for word in typed_words("up_to"))
    parts = re.split(rf" (?:{between}) |\s*[–—]\s*|(?<=[.\w])\s+-\s+|(?<=\.)-(?=\d)", typed)
    first = read_day(parts[0], today, language, ahead=False)
    if len(parts) > 2 or first is None:
        return None
    last = read_day(parts[1], first, language, ahead=True) if len(parts) == 2 else first
    return (first, last) if last is not None and last >= first else None


def _without(words: list[str], sort: str) -> str:
    """The words without those of a sort in front."""
    while words and words[0] in typed_words(sort):
        words = words[1:]
    return " ".join(words)


def _weekday(typed: str, today: date, language: Language, *, ahead: bool) -> date | None:
    first, _, rest = typed.partition(" ")
    is_next = first in typed_words("next")
    named = rest if is_next else typed
    if is_next and named in typed_words("weeks"):
        return today + timedelta(7 - today.weekday())
    weekday = weekday_of(named.rstrip("."), language)
    if weekday is None:
        return None
    days = (weekday - today.weekday()) % 7
    return today + timedelta(days or (7 if ahead or is_next else 0))


def _calendar_day(typed: str, today: date, language: Language, *, ahead: bool) -> date | None:
    if found := _ISO.fullmatch(typed):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(typed):
        day, month, year = int(found[1]), int(found[2]), found[3]
    elif found := _NAMED.fullmatch(typed):
        day, month, year = int(found[1]), month_of(found[2], language), found[3]
    elif found := _NAMED_FIRST.fullmatch(typed):
        day, month, year = int(found[2]), month_of(found[1], language), found[3]
    else:
        return None
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    around = (_date(today.year + years, month, day) for years in (-1, 0, 1))
    known = [each for each in around if each is not None and (each >= today or not ahead)]
    return min(known, key=lambda each: abs(each - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(typed: str, language: Language) -> int | None:
    """The days that "two weeks" or "10 Tage" last."""
    counted, _, unit = typed.rpartition(" ")
    named = meant(counted, language, *_COUNTED)
    count = int(counted) if _BARE.fullmatch(counted) else _COUNTED[named] if named else 0
    length = meant(unit, language, *_DAYS_IN)
    return count * _DAYS_IN[length] or None if length is not None else None
