"""A look at what is due: nothing of a quiet practice, and each thing from its moment on."""

from __future__ import annotations

from datetime import timedelta

from bot.services.work.unit_of_work import Work
from bot.workers.due_now import parts_due
from storage import alarms, cares
from storage.agenda import Part
from storage.store import Tx
from tests.support.house import House

SECOND = timedelta(seconds=1)


async def found(house: House, after: timedelta) -> frozenset[Part]:
    now = house.clock.now() + after
    return await house.app.store.read(
        lambda tx: parts_due(Work(tx, house.app.practice, now, "test"))
    )


async def test_nothing_is_due_where_all_is_planned_and_a_pause_from_its_end_on(
    house: House,
) -> None:
    await house.client(await house.therapist())
    await house.settle()
    assert await found(house, timedelta()) == frozenset()
    now = house.clock.now()

    def pause(tx: Tx) -> None:
        cares.pause(tx, 1, now, until=now + 2 * SECOND)

    await house.app.store.write(pause)
    due = [await found(house, after) for after in (SECOND, 2 * SECOND, 3 * SECOND)]
    assert due == [frozenset(), {"pauses"}, {"pauses"}]


async def test_an_alarm_is_due_until_everybody_has_heard_of_it(house: House) -> None:
    """It stays open for days: nobody is to look for whom to tell in each second of them."""
    await house.admin()
    await house.settle()
    now = house.clock.now()
    facts = {"free": 90, "wanted": 100}
    await house.app.store.write(lambda tx: alarms.begin(tx, "disk_low", now=now, facts=facts))
    assert await found(house, timedelta()) == {"alarms"}
    await house.settle()
    assert await found(house, timedelta()) == frozenset()
