"""Somebody who moved to another clock: a past day is told as they had it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.sandbox import Person
from bot.services.planning import outlook, plans
from bot.services.work.unit_of_work import Work
from flows.schedule.explain import DayFacts
from storage import cares, people
from storage.store import Tx
from tests.support.house import House

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin, which is 06:00 on Thursday in Auckland."""
SATURDAY = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
"""Its noon in Auckland."""
DAY = timedelta(days=1)


async def moves(house: House, client: Person, zone_name: str) -> None:
    person, now = await house.stored(client), house.clock.now()

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, now, "test")
        plans.change_zone(work, people.load(tx, person.id), zone_name)

    await house.app.store.write(decide)


async def day_of(house: House, client: Person, on: date) -> DayFacts:
    person = await house.stored(client)

    def ask(work: Work) -> DayFacts:
        (care,) = cares.list_for_client(work.tx, person.id)
        return outlook.day_facts(work, care, on)

    return await house.work(ask)


async def test_a_past_day_is_the_one_that_the_client_had(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY + timedelta(minutes=1))
    await house.tap(client, "7")
    await house.travel(to=WEDNESDAY + DAY)
    await moves(house, client, "Pacific/Auckland")
    await house.travel(to=SATURDAY)
    await moves(house, client, "America/New_York")
    await house.travel(by=DAY)
    wednesday = await day_of(house, client, date(2026, 11, 25))
    assert wednesday.zone.key == "Europe/Berlin"
    assert [each.state for each in wednesday.happened] == ["opened"]
    thursday = await day_of(house, client, date(2026, 11, 26))
    assert [each.state for each in thursday.happened] == []
    assert thursday.zone.key == "Europe/Berlin", "they moved in its evening"
    friday = await day_of(house, client, date(2026, 11, 27))
    assert friday.zone.key == "Pacific/Auckland"
    saturday = await day_of(house, client, date(2026, 11, 28))
    assert saturday.zone.key == "Pacific/Auckland", "at noon they lived by it still"
    assert (await day_of(house, client, date(2026, 11, 29))).zone.key == "America/New_York"
