"""The last words of a check-in say until when an answer may be changed, where that is true."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.bot.conversations.test_conversation_digest import SUNDAY
from tests.support.house import House

CHANGE = "Change an answer"


async def to_the_end(house: House, client: Person) -> str:
    """The last words of a check-in that the client went through by skipping."""
    await house.say(client, "/checkin")
    skip = next(row[-2] for row in client.labels if len(row) > 1 and client.labels[-1] == row)
    while any(skip in row for row in client.labels):
        await house.tap(client, skip)
    return client.last.rpartition("\n\n")[2]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Until Sunday, 29 November, 18:00 you can change this or add to it;"),
        ("de", "Bis Sonntag, 29. November, 18:00 Uhr können Sie das noch ändern oder ergänzen;"),
        ("de_du", "Bis Sonntag, 29. November, 18:00 Uhr kannst du das noch ändern oder ergänzen;"),
    ],
)
async def test_it_names_the_time_at_which_the_summary_is_made(
    house: House, language: str, says: str
) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    assert (await to_the_end(house, client)).startswith(says)


async def test_it_goes_by_the_clients_clock_and_is_kept(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/when Lisbon")
    assert "Until Sunday, 29 November, 17:00" in await to_the_end(house, client)
    await house.travel(to=SUNDAY + timedelta(minutes=1))
    said = await house.tap(client, CHANGE)
    assert any("has been made already" in text for text in said)


async def test_no_time_is_named_where_the_therapist_cannot_be_reached(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    weber.block()
    await house.settle()
    assert "Until" not in await to_the_end(house, client)
    assert any(CHANGE in row for row in client.labels)
