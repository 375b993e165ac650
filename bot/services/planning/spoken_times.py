"""A client's words after /when: weekdays, a time of day, or the place whose clock they live by.

Used by ``own_times``. As people write them, in any language. It must never guess: what is only
partly understood is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from flows.kinds.time import read_time
from flows.languages import Language, locale_of, typed_words, weekday_of
from flows.schedule.wishes import Wish

_WORDS = re.compile(r"[\s,;&+]+")
_JOINTS, _MARKS = re.compile(r"[_\-]"), re.compile(r"[.,'’]")
_LONGEST = 60
_GERMANY = "DE"
"""Its second zone, a village inside Switzerland, keeps the same time."""
_REGIONS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)
"""The rest of the tz database's names are old ones, or no places."""


def read_wish(text: str, language: Language) -> Wish | None:
    """The weekdays or the time, or both, that a client typed: "wed 19:00", "Mo und Do um 18 Uhr".

    The days come first, in any order; None for anything else.
    """
    words = [word for word in _WORDS.split(text[:_LONGEST].strip().casefold()) if word]
    between = {*typed_words("and"), *typed_words("on_day")}
    days: set[int] = set()
    while words:
        day = weekday_of(words[0].rstrip(".:"), language)
        if day is None and words[0] not in between:
            break
        words.pop(0)
        days |= set() if day is None else {day}
    at_wall = read_time(" ".join(words)) if words else None
    if len(text) > _LONGEST or (words and at_wall is None) or not (days or words):
        return None
    return Wish(at_wall, tuple(sorted(days)) or None)


def read_place(text: str, language: Language) -> str | None:
    """The time zone of the large city that a client named, or of a country that has only one."""
    before, _, rest = text.strip().partition(" ")
    name = rest.strip() if before.casefold() in typed_words("to_place") else text.strip()
    return _zones(locale_of(language)).get(_folded(name)) if len(name) <= _LONGEST else None


def city(zone_name: str, language: Language) -> str:
    """The place that a zone is called after, as people say it: Lisbon, Lissabon."""
    return str(get_timezone_location(zone_name, locale=locale_of(language), return_city=True))


def _folded(name: str) -> str:
    return " ".join(_MARKS.sub("", _JOINTS.sub(" ", name)).casefold().split())


@cache
def _zones(locale: str) -> dict[str, str]:
    """Every name that is understood, folded, with its zone; where two share one, the plainer."""
    found: dict[str, str] = {}
    for name, zone_name in _names(locale):
        found.setdefault(_folded(name), zone_name)
    return found


def _names(locale: str) -> Iterator[tuple[str, str]]:
    real = sorted(each for each in available_timezones() if each.split("/")[0] in _REGIONS)
    for zone_name in real:
        yield zone_name, zone_name
    plain_first = sorted(real, key=lambda each: (each.count("/"), each))
    for zone_name in plain_first:
        yield zone_name.rpartition("/")[2], zone_name
    for zone_name in plain_first:
        yield get_timezone_location(zone_name, locale=locale, return_city=True), zone_name
    countries = Locale.parse(locale).territories
    for code, zone_names in sorted(get_global("territory_zones").items()):
        if code in countries and (len(zone_names) == 1 or code == _GERMANY):
            yield countries[code], zone_names[0]
