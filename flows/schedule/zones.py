"""The one doorway to time zones, so that every machine reads the same rules.

Used wherever a zone is named: configuration, people, enrolments. The zone files of the operating
system are never read: the ``tzdata`` package decides, and is updated with the other dependencies.
"""

from __future__ import annotations

import zoneinfo
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo

zoneinfo.reset_tzpath(to=[])


class UnknownZoneError(ValueError):
    """The name is not in the tz database; ``near`` holds up to three names that look like it."""

    def __init__(self, name: str, near: tuple[str, ...]) -> None:
        hint = f" Did you mean {' or '.join(near)}?" if near else " Use a name like Europe/Berlin."
        super().__init__(f"There is no time zone {name!r}.{hint}")
        self.name = name
        self.near = near


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


def zone_names() -> tuple[str, ...]:
    """Every name in the tz database."""
    return tuple(_names().values())


def _near(name: str) -> tuple[str, ...]:
    wanted = name.strip().replace(" ", "_").casefold()
    names = _names()
    cities = [key for key in names if key.rpartition("/")[2] == wanted]
    found = cities or get_close_matches(wanted, names, n=3, cutoff=0.6)
    return tuple(sorted(names[key] for key in found)[:3])


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name, spelt as in the tz database. UnknownZoneError: there is none."""
    if _names().get(name.casefold()) != name:
        raise UnknownZoneError(name, _near(name))
    return ZoneInfo(name)
