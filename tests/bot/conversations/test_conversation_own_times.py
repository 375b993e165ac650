"""/when: a client chooses times of their own, and what is planned moves."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from storage import people
from tests.support.house import House

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin."""
WEEK = "How has your week been so far?"
TWO_DAYS = """\
language = 1
id = "two-days"
title.en = "Twice a week"
default = true
[schedule]
trigger = "weekly"
days = ["mon", "thu"]
at = "18:00"
[[step]]
id = "how"
kind = "text"
ask.en = "How is it going?"
"""


async def pair(house: House, language: str = "en") -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber, "A.B.", language)


def asked_at(client: Person) -> list[datetime]:
    return [e.at for e in client.ledger if e.kind == "sent" and WEEK in e.text]


async def planned(house: House) -> list[tuple[str, str]]:
    return await house.rows(
        "SELECT local_on, due_at FROM occurrences"
        " WHERE state = 'planned' AND flow_id = 'mid-week' ORDER BY due_at"
    )


async def test_when_shows_the_time_and_a_tap_moves_it_by_an_hour(house: House) -> None:
    _, client = await pair(house)
    (said,) = await house.say(client, "/when")
    assert said.startswith("“The week so far” comes every week: Wednesday, 18:00.")
    assert "The next time is Wednesday, 25 November, 18:00." in said
    shown = await house.tap(client, "An hour later ›")
    assert any("Wednesday, 19:00." in text for text in shown)
    assert "Changed. What was planned moves along." in shown
    await house.travel(to=WEDNESDAY + timedelta(hours=2))
    assert asked_at(client) == [WEDNESDAY + timedelta(hours=1)]


async def test_another_day_by_a_tap_and_back_to_how_it_was(house: House) -> None:
    _, client = await pair(house)
    before = await planned(house)
    await house.say(client, "/when")
    await house.tap(client, "Fr")
    assert [day for day, _ in await planned(house)] == ["2026-11-27", "2026-12-04"]
    gone = await house.rows("SELECT DISTINCT reason FROM occurrences WHERE state = 'cancelled'")
    assert gone == [("own_times",)]
    await house.tap(client, "As it was at first")
    assert await planned(house) == before


async def test_a_typed_wish_is_taken_with_and_without_the_command(house: House) -> None:
    _, client = await pair(house)
    (said,) = await house.say(client, "/when thu 19:00")
    assert "every week: Thursday, 19:00." in said
    (said,) = await house.say(client, "fri 9:30")
    assert "every week: Friday, 09:30." in said
    await house.travel(to=WEDNESDAY + timedelta(days=3))
    assert asked_at(client)[:1] == [datetime(2026, 11, 27, 8, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("language", "said_first"),
    [("de", "Passt Ihnen eine andere Zeit besser?"), ("de_du", "Passt dir eine andere Zeit")],
)
async def test_in_german(house: House, language: str, said_first: str) -> None:
    _, client = await pair(house, language)
    (said,) = await house.say(client, "/when")
    assert said_first in said
    (said,) = await house.say(client, "Do 19:00")
    assert "kommt jede Woche: Donnerstag, 19:00 Uhr." in said


async def test_what_cannot_be_is_said_and_changes_nothing(house: House) -> None:
    _, client = await pair(house)
    before = await planned(house)
    (said,) = await house.say(client, "/when 22:30")
    assert said.startswith("Between 21:30 and 08:00 nothing is sent here.")
    (said,) = await house.say(client, "/when whenever")
    assert said.startswith("I could not read that time.")
    (said,) = await house.say(client, "wed")
    assert said.startswith("There is no open question right now")
    assert await planned(house) == before


async def test_a_forged_button_reaches_nothing(house: House) -> None:
    weber, _ = await pair(house)
    other = await house.client(weber, "C.D.")
    await house.say(other, "/when")
    before = await house.rows("SELECT * FROM enrolments")
    for data in ("i:1:3:600", "i:3:9:600", "i:3:3:9999", "i:3:3:1350", "o:1", "h:99"):
        await house.forge(other, data)
    assert await house.rows("SELECT * FROM enrolments") == before


async def test_a_change_of_zone_moves_what_is_planned_and_doubles_nothing(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY)
    person = await house.stored(client)

    def move(zone_name: str) -> Awaitable[None]:
        now = house.clock.now()
        return house.app.store.write(
            lambda tx: plans.change_zone(
                Work(tx, house.app.practice, now, "test"), people.load(tx, person.id), zone_name
            )
        )

    await move("America/New_York")
    await house.settle()
    assert await planned(house) == [("2026-12-02", "2026-12-02T23:00:00.000000Z")]
    await move("Asia/Tokyo")
    assert await planned(house) == [
        ("2026-12-02", "2026-12-02T09:00:00.000000Z"),
        ("2026-12-09", "2026-12-09T09:00:00.000000Z"),
    ]
    assert await house.rows(
        "SELECT count(*), count(DISTINCT local_on) FROM occurrences WHERE flow_id = 'mid-week'"
    ) == [(3, 3)]


async def test_a_client_elsewhere_names_the_city_and_everything_moves_there(house: House) -> None:
    _, client = await pair(house)
    (said,) = await house.say(client, "/when")
    assert "These times go by the clock of Berlin." in said
    (said,) = await house.say(client, "/when New York")
    assert said.startswith("Your times go by the clock of New York from now on; it is ")
    assert [due for _, due in await planned(house)][:1] == ["2026-11-25T23:00:00.000000Z"]
    assert await house.rows("SELECT actor FROM audit WHERE action = 'zone'") == [("client",)]
    (said,) = await house.say(client, "/when")
    assert "Wednesday, 18:00." in said
    assert "the clock of New York" in said


async def test_on_several_days_each_can_be_moved(house: House) -> None:
    weber = await house.therapist()
    checked = check([Source("two.toml", TWO_DAYS)])
    now = house.clock.now()
    await house.app.store.write(lambda tx: publish(tx, checked, now=now, who="t", why="t"))
    client = await house.client(weber, "A.B.", "en")
    (said,) = await house.say(client, "/when fri, mon 9:00")
    assert "every week: Monday, Friday, 09:00." in said
    shown = await house.tap(client, "Sa")
    assert any("every week: Monday, Saturday, 09:00." in text for text in shown)
    (said,) = await house.say(client, "/when Di und So")
    assert "every week: Tuesday, Sunday, 09:00." in said
    (said,) = await house.say(client, "/when mon wed fri")
    assert said.startswith("These questions come on one day of the week.")
