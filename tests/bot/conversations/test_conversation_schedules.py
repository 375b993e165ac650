"""Check-ins before therapy sessions, after other flows and flags, the weekly cap, and what a new
publication does to what is planned.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config.settings import SHIPPED_FLOWS
from bot.sandbox import Person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import following, plans
from bot.services.work.unit_of_work import Work
from storage import cares, flags
from storage.cares import Care
from storage.store import Tx
from tests.support.house import MONDAY, House, open_house

FLOW = """\
language = 1
id = "{id}"
default = true
priority = {priority}
title.en = "{id}"
title.de = "{id}"
[schedule]
{schedule}
[[step]]
id = "how"
kind = "text"
ask.en = "Question of {id}"
ask.de = "Frage von {id}"
ask.de_du = "Frage von {id}"
optional = true
"""
MID_WEEK = (SHIPPED_FLOWS / "mid-week.toml").read_text("utf-8")
TUESDAY_15 = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


async def put(house: House, schedule: str, *, priority: int = 5, **others: str) -> None:
    """Publish flows with one question each: ``extra``, and others by their names."""
    schedules = {"extra": schedule, **others}
    checked = check(
        [
            Source(f"{id_}.toml", FLOW.format(id=id_, schedule=each, priority=priority))
            for id_, each in schedules.items()
        ]
    )
    assert checked.is_good, checked.problems
    now = house.clock.now()
    await house.app.store.write(lambda tx: publish(tx, checked, now=now, who="t", why="test"))


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber, "A.B.")


async def rows(house: House, flow: str = "extra") -> list[tuple[str, str, str | None]]:
    return await house.rows(
        "SELECT due_at, state, reason FROM occurrences"
        f" WHERE flow_id = '{flow}' ORDER BY due_at, local_on"
    )


def asked_at(client: Person, id_: str = "extra") -> list[datetime]:
    return [e.at for e in client.ledger if e.kind == "sent" and f"Question of {id_}" in e.text]


async def test_before_a_therapy_session_it_comes_moves_and_is_cancelled(house: House) -> None:
    await put(house, 'trigger = "before_therapy_session"\nbefore = "4h"')
    weber, client = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    assert [row[0] for row in await rows(house)] == ["2026-11-24T10:00:00.000000Z"]
    await house.say(weber, "/session A.B. move 24.11. 17:00")
    assert [row[:2] for row in await rows(house)] == [("2026-11-24T12:00:00.000000Z", "planned")]
    await house.travel(to=TUESDAY_15)
    assert asked_at(client) == [TUESDAY_15 - timedelta(hours=2)]
    await house.travel(by=timedelta(hours=3))
    await house.say(weber, "/session A.B. 1.12. 15:00")
    await house.say(weber, "/session A.B. move 2.12. 15:00")
    await house.say(weber, "/session A.B. move 3.12. 15:00")
    await house.say(weber, "/session A.B. cancel")
    assert {row[2] for row in (await rows(house))[1:]} == {"session_cancelled", "session_moved"}


async def test_after_another_flow_was_finished(house: House) -> None:
    await put(
        house,
        'trigger = "after_flow"\nflow = "first"\nafter = "2d"',
        first='trigger = "daily"\nat = "10:00"\nends = "1d"',
    )
    _, client = await pair(house)
    await house.travel(to=MONDAY + timedelta(hours=1))
    assert await rows(house) == []
    await house.tap(client, "Skip")
    assert [row[0] for row in await rows(house)] == ["2026-11-25T09:00:00.000000Z"]
    await house.travel(by=timedelta(days=2))
    assert asked_at(client) == [MONDAY + timedelta(days=2, hours=1)]


async def test_after_a_flag_was_talked_about_unless_that_is_taken_back(house: House) -> None:
    await put(house, 'trigger = "after_flag"\non = "talked"\nafter = "1d"')
    await pair(house)
    care = await house.work(lambda work: cares.load(work.tx, 1))

    async def do(what: str) -> None:
        def decide(tx: Tx) -> None:
            work = Work(tx, house.app.practice, house.clock.now(), "test")
            flag = flags.find_open(tx, care.id) or flags.open_(tx, care.id, work.now)
            if what == "talked":
                following.after_talk(work, care.id, flag.id)
            else:
                following.not_talked(work, care.id, flag.id)

        await house.app.store.write(decide)

    await do("talked")
    await do("talked")
    assert [row[1:] for row in await rows(house)] == [("planned", None)]
    await do("not talked")
    assert [row[1:] for row in await rows(house)] == [("cancelled", "not_talked")]
    await do("talked")
    assert [row[1:] for row in await rows(house)] == [("planned", None)]


async def test_after_a_client_said_so(house: House) -> None:
    await put(house, 'trigger = "after_flag"\non = "said_so"\nafter = "1d"')
    weber, client = await pair(house)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    while "My clock shows another time" not in (
        asked := [label for row in client.labels for label in row]
    ):
        await house.tap(client, next((x for x in ("Yes", "Skip") if x in asked), asked[0]))
    planned = await rows(house)
    assert [row[1:] for row in planned] == [("planned", None)]


async def test_the_weekly_cap_leaves_out_what_weighs_least(furnished: Path, tmp_path: Path) -> None:
    cap = {"practice": {"weekly_cap": 2}}
    async with open_house(tmp_path, furnished, **cap) as house:
        await put(house, 'trigger = "daily"\nat = "10:00"\nexpires.unstarted = "2h"', priority=9)
        _, client = await pair(house)
        await house.travel(by=timedelta(days=6))
        # one is kept for the weekly check-in of more weight, which comes later in the week
        assert len(asked_at(client)) == 1
        states = [row[1:] for row in await rows(house)]
        assert states[:6] == [("opened", None), *[("thinned", "weekly_cap")] * 5]
        week = [row[1] for row in await rows(house, "mid-week")]
        assert week[0] == "opened"
        await house.travel(by=timedelta(days=2))
        assert len(asked_at(client)) == 2, "the next week has room of its own"


@pytest.mark.promise("P8a")
async def test_a_publication_plans_anew_and_leaves_alone_what_is_under_way(house: House) -> None:
    await put(house, 'trigger = "daily"\nat = "10:00"')
    _, client = await pair(house)
    await house.travel(to=MONDAY + timedelta(hours=1))
    assert len(asked_at(client)) == 1
    await put(house, 'trigger = "weekly"\ndays = ["mon", "thu"]\nat = "11:00"')
    await house.settle()
    found = await rows(house)
    assert found[0][1] == "opened"
    assert [row[0] for row in found if row[1] == "planned"] == [
        f"2026-{day}T10:00:00.000000Z" for day in ("11-26", "11-30", "12-03")
    ]
    assert {row[2] for row in found if row[1] == "cancelled"} == {"schedule_changed"}
    assert await house.rows("SELECT status FROM check_ins WHERE flow_id = 'extra'") == [("open",)]
    await put(house, 'trigger = "daily"\nat = "10:00"')
    await house.settle()
    back = [row for row in await rows(house) if row[1] == "planned"]
    assert len(back) == 14
    keys = await house.rows(
        "SELECT count(*), count(DISTINCT local_on) FROM occurrences WHERE flow_id = 'extra'"
    )
    assert keys[0][0] == keys[0][1]


async def test_words_alone_move_nothing(house: House) -> None:
    _, _ = await pair(house)
    before = await rows(house, "mid-week")
    checked = check([Source("mid-week.toml", MID_WEEK + "\n# another comment\n")])
    assert checked.is_good
    now = house.clock.now()
    await house.app.store.write(lambda tx: publish(tx, checked, now=now, who="t", why="words"))
    await house.settle()
    assert await rows(house, "mid-week") == before


@pytest.mark.promise("P2a")
async def test_planning_again_adds_nothing(house: House) -> None:
    await put(
        house,
        'trigger = "random"\nbetween = ["10:00", "18:00"]\nper_day = 2\ngap = "2h"',
    )
    await pair(house)
    before = await rows(house)
    assert len(before) in (28, 29, 30)
    care: Care = await house.work(lambda work: cares.load(work.tx, 1))

    def again(tx: Tx) -> None:
        from storage import enrolments

        work = Work(tx, house.app.practice, house.clock.now(), "test")
        plans.replan(work, enrolments.list_running(tx, care.id), "schedule_changed")

    await house.app.store.write(again)
    assert await rows(house) == before
