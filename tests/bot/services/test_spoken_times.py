"""The reading of a client's words after /when: weekdays, times of day, places."""

from __future__ import annotations

from datetime import time

import pytest

from bot.services.planning.spoken_times import city, read_place, read_wish
from flows.languages import Language, languages
from flows.schedule.wishes import Wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("wed 19:00", Wish(time(19), (2,))),
        ("Mi 19:00", Wish(time(19), (2,))),
        ("am Mittwoch um 19 Uhr", Wish(time(19), (2,))),
        ("on Wednesday at 7:05", Wish(time(7, 5), (2,))),
        ("So., 9.30", Wish(time(9, 30), (6,))),
        ("tu 7 pm", Wish(time(19), (1,))),
        ("thu, mon 18:00", Wish(time(18), (0, 3))),
        ("Mo und Do um 18 Uhr", Wish(time(18), (0, 3))),
        ("19:00", Wish(time(19), None)),
        ("friday", Wish(None, (4,))),
        ("wed 25:00", None),
        ("wed 19:60", None),
        ("well 19:00", None),
        ("I am tired at 19:00", None),
        ("wed 19:00 " + "x" * 60, None),
        ("", None),
        ("um", None),
        ("and", None),
    ],
)
def test_what_is_read_as_a_wish(text: str, wish: Wish | None) -> None:
    assert {read_wish(text, language) for language in languages()} == {wish}


@pytest.mark.parametrize(
    ("text", "language", "zone_name"),
    [
        ("Lisbon", "en", "Europe/Lisbon"),
        ("new york", "en", "America/New_York"),
        ("to St. John's", "en", "America/St_Johns"),
        ("nach Lissabon", "de", "Europe/Lisbon"),
        ("Wien", "de_du", "Europe/Vienna"),
        ("Österreich", "de", "Europe/Vienna"),
        ("Germany", "en", "Europe/Berlin"),
        ("Asia/Tokyo", "en", "Asia/Tokyo"),
        ("USA", "en", None),
        ("UTC", "en", None),
        ("whenever", "en", None),
        ("", "en", None),
        ("x" * 5000, "en", None),
    ],
)
def test_what_is_read_as_a_place(text: str, language: Language, zone_name: str | None) -> None:
    assert read_place(text, language) == zone_name


def test_a_place_is_called_as_people_call_it() -> None:
    assert (city("Europe/Lisbon", "en"), city("Europe/Lisbon", "de_du")) == ("Lisbon", "Lissabon")
