"""Finds the time zone of a spot on the map: that of the nearest place in the tz database's table.

The table (``zone1970.tab`` of the ``tzdata`` package) has one place a zone, so near a border the
nearest may lie across it. Whoever uses it asks whether the time is right.
"""

from __future__ import annotations

import importlib.resources
import math
import re
from dataclasses import dataclass
from functools import cache

_COORDINATES = re.compile(r"([+-]\d{4}(?:\d\d)?)([+-]\d{5}(?:\d\d)?)")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, in degrees; north and east are positive."""

    latitude: float
    longitude: float

    def __repr__(self) -> str:
        return "Spot(…)"


def nearest_zone(spot: Spot) -> str:
    """Return the name of the zone whose place lies nearest, along the great circle."""
    return max(_places(), key=lambda place: _closeness(spot, place[1]))[0]


def _closeness(one: Spot, other: Spot) -> float:
    """The cosine of the angle between two spots, seen from the middle of the earth."""
    first, second = math.radians(one.latitude), math.radians(other.latitude)
    apart = math.radians(one.longitude - other.longitude)
    along = math.cos(first) * math.cos(second) * math.cos(apart)
    return math.sin(first) * math.sin(second) + along


@cache
def _places() -> tuple[tuple[str, Spot], ...]:
    table = importlib.resources.files("tzdata").joinpath("zoneinfo/zone1970.tab")
    found = []
    for line in table.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            _, coordinates, name, *_ = line.split("\t")
            found.append((name, _spot(coordinates)))
    return tuple(found)


def _spot(coordinates: str) -> Spot:
    """Read ISO 6709, as in ``+5230+01322``: degrees and minutes, perhaps seconds."""
    match = _COORDINATES.fullmatch(coordinates)
    if match is None:
        raise ValueError(f"no place: {coordinates}")
    return Spot(_degrees(match[1], 2), _degrees(match[2], 3))


def _degrees(written: str, width: int) -> float:
    sign, digits = (-1 if written[0] == "-" else 1), written[1:]
    degrees, minutes, seconds = digits[:width], digits[width : width + 2], digits[width + 2 :]
    return sign * (int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600)
