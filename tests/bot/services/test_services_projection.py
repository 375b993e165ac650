"""The words of ``schedule`` and ``why`` beforehand are what is sent, over weeks and many flows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.services.check_in.due import open_due, plan_ahead
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import outlook, plans
from bot.services.planning.outlook import Coming
from bot.services.work.unit_of_work import Work
from flows.schedule.explain import explain
from flows.schedule.local_time import at_local, wall_at
from flows.schedule.zones import zone
from storage import cares, check_ins, occurrences
from storage.cares import Care
from storage.store import Tx
from tests.support.house import House

BERLIN = zone("Europe/Berlin")
DAY = timedelta(days=1)
SPAN = 35 * DAY
STEP = '[[step]]\nid = "one"\nkind = "yes_no"\nask.en = "Is it so?"\n'
SCHEDULES = {
    "noon": 'priority = 9\n[schedule]\ntrigger = "daily"\nat = "12:30"\n',
    "twice": 'priority = 2\n[schedule]\ntrigger = "weekly"\ndays = ["wed", "sat"]\nat = "18:00"\n',
    "third": 'priority = 5\n[schedule]\ntrigger = "every"\nevery = 3\nat = "09:00"\n',
    "drawn": 'priority = 7\n[schedule]\ntrigger = "random"\nbetween = ["19:00", "07:00"]\n',
    "late": 'priority = 3\n[schedule]\ntrigger = "weekly"\ndays = ["mon"]\nat = "22:00"\n',
    "never": 'priority = 1\n[schedule]\ntrigger = "daily"\nat = "22:30"\nwindow = "2h"\n',
}


def publish_flow(work: Work, name: str, schedule: str) -> None:
    text = f'language = 1\nid = "{name}"\ntitle.en = "{name}"\n{schedule}{STEP}'
    publish(work.tx, check([Source(f"{name}.toml", text)]), now=work.now, who="t", why="t")


async def enrolled(house: House) -> Care:
    """A client who gets all of these flows from now on."""
    client = await house.client(await house.therapist(), "A.B.")
    person = await house.stored(client)

    def decide(tx: Tx) -> Care:
        work = Work(tx, house.app.practice, house.clock.now(), "enrol")
        care = cares.list_for_client(tx, person.id)[-1]
        assert care is not None
        for name, schedule in SCHEDULES.items():
            publish_flow(work, name, schedule)
            flow = work.practice.shelf.current(tx, name)
            assert flow is not None
            plans.enrol(work, care, flow)
        return care

    return await house.app.store.write(decide)


def planned(work: Work, care: Care) -> list[Coming]:
    """List what is to come by the flows of this test."""
    found = outlook.coming(work, care, until=work.now + SPAN)
    return [each for each in found if each.flow_id in SCHEDULES]


def live(work: Work, care: Care, at: datetime) -> None:
    """Do what the ticker does at that moment; the client answers whatever comes at once."""
    then = replace(work, now=at, origin=f"at{at.isoformat()}")
    while plan_ahead(then):
        pass
    found = open_due(then, after=None)
    while found.last is not None:
        found = open_due(then, after=found.last)
        stored = check_ins.find_open(work.tx, care.id)
        if stored is not None:
            done = replace(stored.state, status="finished", at=None)
            check_ins.save(work.tx, stored, done, now=at)


@pytest.mark.promise("P3c")
@pytest.mark.parametrize("lag", [timedelta(0), timedelta(minutes=20)])
async def test_what_is_projected_is_what_is_sent(house: House, lag: timedelta) -> None:
    care = await enrolled(house)

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        before = planned(work, care)
        moments = sorted({each.at for each in outlook.coming(work, care, until=work.now + SPAN)})
        for at in moments:
            live(work, care, at + lag)
        rows = occurrences.list_for_care(tx, care.id, since=work.now, until=work.now + SPAN)
        became = {"comes": "opened", "weekly_cap": "thinned", "quiet": "missed"}
        assert {(e.flow_id, e.at, became[e.verdict]) for e in before} == {
            (row.flow_id, row.due_at, row.state)
            for row in rows
            if row.flow_id in SCHEDULES and row.due_at <= work.now + SPAN
        }
        assert {each.verdict for each in before} == set(became)

    await house.app.store.write(decide)


async def test_why_tells_of_each_day_what_schedule_tells(house: House) -> None:
    care = await enrolled(house)
    said = {
        "will_come": "comes",
        "left_out_weekly_cap": "weekly_cap",
        "left_out_quiet": "quiet",
    }

    def ask(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        shown = outlook.coming(work, care, until=work.now + SPAN)
        today = wall_at(work.now, BERLIN).date()
        for ahead in range(1, 30):
            on = today + ahead * DAY
            start, end = (at_local(day, time(), BERLIN) for day in (on, on + DAY))
            facts = outlook.day_facts(work, care, on)
            told = {
                (one.values["title"], one.values["at"], said[one.key])
                for one in explain(facts)
                if one.key in said and start <= one.values["at"] < end  # type: ignore[operator]
            }
            assert told == {
                (each.title, each.at, each.verdict) for each in shown if start <= each.at < end
            }, on

    await house.app.store.write(ask)


async def test_an_edited_schedule_shows_each_day_once_before_it_is_planned_anew(
    house: House,
) -> None:
    care = await enrolled(house)

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        for at in ("14:00", "12:30"):  # edited, then rolled back
            publish_flow(work, "noon", SCHEDULES["noon"].replace("12:30", at))
            edited = planned(work, care)
            noon = [each for each in edited if each.flow_id == "noon"]
            days = [wall_at(each.at, BERLIN).date() for each in noon]
            assert len(set(days)) == len(days) >= 34
            assert {wall_at(each.at, BERLIN).strftime("%H:%M") for each in noon} == {at}
            while plan_ahead(work):
                pass
            assert planned(work, care) == edited

    await house.app.store.write(decide)


async def test_the_first_days_of_a_flow_are_planned_as_it_is_switched_on(house: House) -> None:
    care = await enrolled(house)
    found = await house.app.store.read(lambda tx: occurrences.list_planned(tx, care.id))
    assert {each.flow_id for each in found} >= set(SCHEDULES)
