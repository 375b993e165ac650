"""The time zone of a spot on the map, by the tz database's own table of places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.schedule.nearest_place import Spot, nearest_zone
from flows.schedule.zones import zone

PLACES = [
    ((52.5, 13.4), "Europe/Berlin"),
    ((48.1, 11.6), "Europe/Zurich"),
    ((38.7, -9.1), "Europe/Lisbon"),
    ((39.7, -105.0), "America/Denver"),
    ((-33.9, 151.2), "Australia/Sydney"),
    ((64.5, 179.9), "Asia/Anadyr"),
    ((64.5, -179.9), "Asia/Anadyr"),
    # half-way between two places of the table, where its seconds decide
    ((38.586, -87.406), "America/Indiana/Vincennes"),
    ((38.583, -87.401), "America/Indiana/Petersburg"),
    ((38.314, -86.046), "America/Kentucky/Louisville"),
    ((38.316, -86.058), "America/Indiana/Marengo"),
    ((31.659, 35.161), "Asia/Jerusalem"),
    ((31.654, 35.158), "Asia/Hebron"),
]


def test_the_nearest_place_is_found() -> None:
    assert [nearest_zone(Spot(*spot)) for spot, _ in PLACES] == [name for _, name in PLACES]


@given(
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)
def test_every_spot_has_a_zone(latitude: float, longitude: float) -> None:
    assert zone(nearest_zone(Spot(latitude, longitude)))


def test_where_somebody_is_stands_in_no_log() -> None:
    assert "52" not in repr(Spot(52.5, 13.4))
