"""A client's clock: told after the consent, found by sharing a place once, confirmed by a tap."""

from __future__ import annotations

import pytest

from bot.sandbox import Person
from tests.support.house import House

ZONE = "SELECT zone FROM people WHERE role = 'client'"


async def shares(house: House, client: Person, latitude: float, longitude: float) -> str:
    client.send_location(latitude, longitude)
    await house.settle()
    return client.newest.text


async def test_the_welcome_says_whose_clock_it_is(house: House) -> None:
    client = await house.client(await house.therapist())
    welcome = next(each.text for each in client.ledger if "first questions" in each.text)
    assert "Times go by the clock of Berlin, where it is 09:00 now." in welcome
    assert "large city" in (await house.tap(client, "My clock shows another time"))[-1]


async def test_a_shared_place_changes_the_clock_after_a_yes(house: House) -> None:
    client = await house.client(await house.therapist())
    asked = await shares(house, client, 38.72, -9.14)
    assert asked.startswith("The nearest place in the list of time zones is Lisbon. It is 08:00")
    assert await house.rows(ZONE) == [("Europe/Berlin",)], "nothing changes before the yes"
    said = (await house.tap(client, "Yes, that is my time"))[-1]
    assert said.startswith("Your times go by the clock of Lisbon from now on; it is 08:00 there.")
    assert await house.rows(ZONE) == [("Europe/Lisbon",)]
    assert "Yes, that is my time" not in str(client.labels)


async def test_a_no_changes_nothing_and_says_how(house: House) -> None:
    client = await house.client(await house.therapist())
    await shares(house, client, 38.72, -9.14)
    assert "large city" in (await house.tap(client, "My clock shows another time"))[-1]
    assert await house.rows(ZONE) == [("Europe/Berlin",)]


async def test_a_forged_clock_is_refused(house: House) -> None:
    client = await house.client(await house.therapist())
    assert await house.forge(client, "lb:1")
    assert await house.rows(ZONE) == [("Europe/Berlin",)]


async def test_where_they_are_is_stored_nowhere(house: House) -> None:
    client = await house.client(await house.therapist())
    await shares(house, client, 38.7201, -9.1402)
    assert "38.7201" not in str(await house.everything())


async def test_after_a_crisis_card_no_place_is_asked_about(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "I want to die")
    assert "nearest place" not in await shares(house, client, 38.72, -9.14)


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Ist das auch Ihre Zeit?"), ("de_du", "Ist das auch deine Zeit?")],
)
async def test_in_german(house: House, language: str, words: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    assert words in await shares(house, client, 52.5, 13.4)
