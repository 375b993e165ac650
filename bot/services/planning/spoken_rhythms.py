"""A regular time as people write it, in any language: "every tue 15:00", "alle 2 Wochen di 15 Uhr".

Used by /session. It must never guess: what is only partly understood is not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from bot.services.planning.spoken_days import read_day
from bot.services.planning.spoken_times import read_wish
from flows.languages import Language, typed_words

_LONGEST = 80
_LASTS = re.compile(r"(.*?),? ?\b(\d{1,3}) ?([^\W\d]+)\.?")
_WEEKS = {"every_two_weeks": 2, "every_week": 1}
"""The longer wordings first: "every other" begins with "every"."""


@dataclass(frozen=True, slots=True)
class SpokenRhythm:
    """A weekday (0 is Monday), a wall time, every so many weeks, and what else was said."""

    weekday: int
    at_wall: time
    weeks: int
    minutes: int | None = None
    from_on: date | None = None
    """The day from which on it holds."""


def begins_a_rhythm(text: str) -> bool:
    """True where the words say that something repeats, whatever follows."""
    return _rhythm(_folded(text)) is not None


def read_rhythm(text: str, today: date, language: Language) -> SpokenRhythm | None:
    """The regular time that is meant; None for anything else."""
    typed = _folded(text)
    found = _rhythm(typed) if len(text) <= _LONGEST else None
    if found is None:
        return None
    weeks, rest = found
    rest, minutes = _length(rest)
    rest, begin, is_clear = _beginning(rest, today, language)
    wish = read_wish(rest, language) if is_clear else None
    if wish is None or wish.at_wall is None or wish.days is None or len(wish.days) != 1:
        return None
    return SpokenRhythm(wish.days[0], wish.at_wall, weeks, minutes, begin)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _rhythm(typed: str) -> tuple[int, str] | None:
    """The weeks from one to the next, and the words without those that say so; they come first or
    last.
    """
    for sort, weeks in _WEEKS.items():
        for words in typed_words(sort):
            if typed == words or typed.startswith(f"{words} "):
                return weeks, typed.removeprefix(words).strip(" ,")
            if typed.endswith(f" {words}"):
                return weeks, typed.removesuffix(words).strip(" ,")
    return None


def _length(typed: str) -> tuple[str, int | None]:
    """The words without "90 min", and the minutes."""
    found = _LASTS.fullmatch(typed)
    if found is None or found[3] not in typed_words("minutes"):
        return typed, None
    return found[1].strip(" ,"), int(found[2])


def _beginning(typed: str, today: date, language: Language) -> tuple[str, date | None, bool]:
    """The words without "from 8.12.", the day, and whether it could be read."""
    for words in typed_words("starting"):
        before, found, behind = typed.partition(f" {words} ")
        if found:
            day = read_day(behind, today, language, ahead=True)
            return before, day, day is not None
    return typed, None, True
