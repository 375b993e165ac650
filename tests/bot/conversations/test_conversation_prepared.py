"""Questions are prepared before a client agrees; nothing is sent or planned until then."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.support.house import House

ON = "SELECT flow_id FROM enrolments WHERE ended_at IS NULL ORDER BY flow_id"


async def invited(house: House) -> tuple[Person, str]:
    weber = await house.therapist()
    return weber, await house.invite(weber, "A.B.")


async def agree(house: House, token: str) -> Person:
    client = house.stranger("A.B.")
    client.start(token)
    await house.settle()
    await house.read_consent(client)
    await house.tap(client, "I agree")
    return client


async def test_flows_are_switched_before_the_client_has_agreed(house: House) -> None:
    weber, token = await invited(house)
    (card,) = await house.say(weber, "/client A.B.")
    assert "begins once A.B. has opened the link and agreed; nothing is sent until then." in card
    labels = [label for row in weber.labels for label in row]
    assert "✓ After your session" in labels and "– Looking back at the week" in labels
    assert "Send something now …" not in labels
    await house.tap(weber, "– Looking back at the week")
    await house.tap(weber, "✓ After your session")
    labels = [label for row in weber.labels for label in row]
    assert "– After your session" in labels and "✓ Looking back at the week" in labels
    await house.travel(by=timedelta(days=2))
    assert await house.rows("SELECT count(*) FROM occurrences") == [(0,)]
    await agree(house, token)
    on = [flow for (flow,) in await house.rows(ON)]
    assert "weekly-review" in on and "after-session" not in on
    begun = await house.rows("SELECT DISTINCT started_on FROM enrolments WHERE ended_at IS NULL")
    assert begun == [("2026-11-25",)]
    assert await house.rows("SELECT count(*) FROM occurrences") != [(0,)]


async def test_where_all_is_switched_off_nothing_begins(house: House) -> None:
    weber, token = await invited(house)
    await house.say(weber, "/client A.B.")
    while on := [label for row in weber.labels for label in row if label.startswith("✓")]:
        await house.tap(weber, on[0])
    await agree(house, token)
    assert await house.rows(ON) == []
    assert await house.rows("SELECT count(*) FROM occurrences") == [(0,)]


async def test_where_nothing_was_prepared_all_is_as_usual(house: House) -> None:
    weber, token = await invited(house)
    await house.say(weber, "/client A.B.")
    assert await house.rows("SELECT count(*) FROM enrolments") == [(0,)]
    await agree(house, token)
    assert ("after-session",) in await house.rows(ON)
