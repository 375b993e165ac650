"""Clock changes as clients live through them: a daily question in the hour that is left out or is
there twice, in several zones at once, over HTTP.

Used by the story of clock changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.sandbox import Person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local, wall_at
from flows.schedule.zones import zone
from storage import cares, enrolments, occurrences, people
from storage.store import Tx
from tests.support.house import CRISIS, House, open_house

DAY = timedelta(days=1)
OPEN = {
    "quiet_from": "12:00",
    "quiet_until": "12:00",
    "weekly_cap": 50,
    "name": "Practice",
    "zone": "Europe/Berlin",
    "crisis": {"en": CRISIS, "de": CRISIS, "de_du": CRISIS},
}
"""No quiet hours and no cap, so that nothing but the clock decides."""
WALLS = (time(0), time(2, 30))
QUESTION = "How was the day, {wall}?"
FLOW = """language = 1
id = "day-{number}"
title.en = "The day"
[schedule]
trigger = "daily"
at = "{wall}"
window = "1h"
expires.unstarted = "1h"
expires.idle = "1h"
[[step]]
id = "day_{number}"
kind = "text"
optional = true
ask.en = "{question}"
"""


async def live_through(
    folder: Path, furnished: Path, names: Sequence[str], change: datetime
) -> tuple[int, list[str]]:
    """Clients in these zones live through the days around a change: how many questions were due,
    and each that did not come once, at its time.
    """
    begins, ends = change - 2 * DAY, change + 2 * DAY
    async with open_house(folder, furnished, begins_at=begins, practice=OPEN) as house:
        weber = await house.therapist()
        clients = {name: await house.client(weber, f"C{n}") for n, name in enumerate(names)}
        await _enrol(house, clients)
        await house.travel(to=ends)
        due = 0
        wrong: list[str] = []
        for name, client in clients.items():
            for wall in WALLS:
                wanted = _wanted(zone(name), wall, begins, ends)
                text = QUESTION.format(wall=wall)
                sent = [each for each in client.ledger if each.kind == "sent"]
                found = [each.at for each in sent if text in each.text]
                due += len(wanted)
                if found != wanted:
                    wrong.append(f"{name} {wall}: {found} instead of {wanted}")
        return due, wrong


def _wanted(place: ZoneInfo, wall: time, begins: datetime, ends: datetime) -> list[datetime]:
    first = wall_at(begins, place).date()
    days: list[date] = [first + n * DAY for n in range(6)]
    return [at for day in days if begins < (at := at_local(day, wall, place)) <= ends]


async def _enrol(house: House, clients: dict[str, Person]) -> None:
    persons = {name: await house.stored(client) for name, client in clients.items()}
    now = house.clock.now()

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, now, "zones")
        texts = [
            FLOW.format(number=n, wall=f"{wall:%H:%M}", question=QUESTION.format(wall=wall))
            for n, wall in enumerate(WALLS)
        ]
        sources = [Source(f"day-{n}.toml", text) for n, text in enumerate(texts)]
        publish(tx, check(sources), now=now, who="t", why="zones")
        for name, person in persons.items():
            plans.change_zone(work, people.load(tx, person.id), name)
            (care,) = cares.list_for_client(tx, person.id)
            # whatever a new client is asked would stand open, and nothing else comes meanwhile
            enrolments.end_for_care(tx, care.id, now)
            occurrences.cancel_planned(tx, care.id, "flow_ended", now)
            for n in range(len(WALLS)):
                flow = work.practice.shelf.current(tx, f"day-{n}")
                assert flow is not None
                plans.enrol(work, care, flow)

    await house.app.store.write(decide)
