"""A flow that the practice retires: what is open finishes, nothing new comes, ``why`` says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.services.flow_files.publishing import roll_back
from bot.services.flow_files.retiring import Retired, retire
from bot.services.planning.outlook import coming, day_facts
from bot.services.work.unit_of_work import Work
from flows.schedule.explain import explain
from storage import cares
from tests.support.house import House

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the check-in of mid-week."""
WEEK = timedelta(days=7)


async def end_it(house: House) -> Retired:
    now = house.clock.now()
    done = await house.app.store.write(
        lambda tx: retire(tx, "mid-week", now=now, who="anna", why="not liked")
    )
    assert done is not None
    return done


async def test_what_is_open_finishes_and_nothing_new_comes(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.", "en")
    person = await house.stored(client)
    await house.travel(to=WEDNESDAY)
    done = await end_it(house)
    assert (done.clients, done.under_way) == (1, 1)
    assert done.cancelled >= 1
    await house.tap(client, "7")
    rows = await house.rows("SELECT status FROM check_ins")
    assert rows == [("open",)]
    while await house.rows("SELECT id FROM check_ins WHERE status = 'open'"):
        await house.tap(client, "Skip")
        await house.travel(by=timedelta(seconds=5))
    assert await house.rows("SELECT status FROM check_ins") == [("finished",)]
    await house.travel(to=WEDNESDAY + WEEK + timedelta(hours=1))
    assert len(await house.rows("SELECT id FROM check_ins")) == 1

    def told(work: Work) -> list[str]:
        care = cares.list_for_client(work.tx, person.id)[-1]
        assert care is not None
        assert all(each.flow_id != "mid-week" for each in coming(work, care, until=work.now + WEEK))
        return [one.key for one in explain(day_facts(work, care, (WEDNESDAY + WEEK).date()))]

    assert "not_sent.flow_retired" in await house.work(told)


async def test_a_new_client_is_not_given_it_and_an_old_one_gets_it_back(house: House) -> None:
    therapist = await house.therapist()
    old = await house.client(therapist, "A.B.", "en")
    await end_it(house)
    await house.client(therapist, "C.D.", "en")
    await house.travel(to=WEDNESDAY - timedelta(hours=1))
    assert await house.rows("SELECT count(*) FROM enrolments WHERE flow_id = 'mid-week'") == [(1,)]
    now = house.clock.now()
    await house.app.store.write(
        lambda tx: roll_back(tx, "mid-week", None, now=now, who="anna", why="liked after all")
    )
    await house.travel(to=WEDNESDAY + timedelta(minutes=1))
    asked = await house.rows("SELECT flow_id FROM check_ins")
    assert asked == [("mid-week",)]
    assert (await house.stored(old)).id
