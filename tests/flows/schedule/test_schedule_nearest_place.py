"""The time zone of a spot on the map, by the tz database's own table of places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.schedule.nearest_place import Spot, nearest_zone
from flows.schedule.zones import zone


@pytest.mark.parametrize(
    ("spot", "name"),
    [
        (Spot(52.5, 13.4), "Europe/Berlin"),
        (Spot(48.1, 11.6), "Europe/Zurich"),
        (Spot(38.7, -9.1), "Europe/Lisbon"),
        (Spot(39.7, -105.0), "America/Denver"),
        (Spot(-33.9, 151.2), "Australia/Sydney"),
        (Spot(64.5, 179.9), "Asia/Anadyr"),
        (Spot(64.5, -179.9), "Asia/Anadyr"),
    ],
)
def test_the_nearest_place_is_found(spot: Spot, name: str) -> None:
    assert nearest_zone(spot) == name


@given(
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)
def test_every_spot_has_a_zone(latitude: float, longitude: float) -> None:
    assert zone(nearest_zone(Spot(latitude, longitude)))


def test_where_somebody_is_stands_in_no_log() -> None:
    assert "52" not in repr(Spot(52.5, 13.4))
