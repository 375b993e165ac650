"""The time for which a client's /export, /mydata and /erase hold the writer: answers wait for it.

``python -m benchmarks.own_data``. Some clients of a caseload have five years of answers, among the
messages of a practice of years. What a bot reads before the write is not counted. Beside the time
of the clock stands that of the processor, which other programs do not make longer.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.digest import add_check_in, add_week
from benchmarks.scene import CASELOAD, CLOCK, Filling, filling, load, say
from bot.config.settings import SHIPPED_FLOWS
from bot.services.own_data import copying, erasing, what_is_kept
from bot.services.work.unit_of_work import Work
from storage import audit, people
from storage.cares import Care
from storage.tables_messages import outbox

WEEKS = 260
MESSAGES = 60_000
AIM = 0.05
"""Seconds that no write may take."""
Took = tuple[float, float]
"""Seconds of the clock, and of the processor."""


async def _fill(database: Filling, clients: int) -> list[Care]:
    mid_week, after = [
        await database.publish((SHIPPED_FLOWS / f"{name}.toml").read_text("utf-8"))
        for name in ("mid-week", "after-session")
    ]
    began_at = CLOCK.now() - timedelta(weeks=WEEKS)
    found = await database.people(CASELOAD)
    for care in found[:clients]:
        draw = random.Random(care.id)
        for week in range(WEEKS):
            at = began_at + timedelta(weeks=week, days=1)
            await database.write(partial(add_week, care=care, after=after, draw=draw), at)
            later = at + timedelta(days=3)
            await database.write(partial(add_check_in, care=care, flow=mid_week, draw=draw), later)
            await database.write(partial(_read, care=care), later)
    for first in range(0, MESSAGES, 5_000):
        await database.write(partial(_say, found, first, 5_000))
    return found[:clients]


def _read(work: Work, care: Care) -> None:
    """The therapist opens what the client said, as each week."""
    audit.add(
        work.tx,
        now=work.now,
        actor=people.load(work.tx, care.therapist_id).code,
        action="client.details",
        subject=care.client_code,
    )


def _say(found: list[Care], first: int, size: int, work: Work) -> None:
    rows = [
        {
            "person_id": found[number % len(found)].client_id,
            "sealed_for": found[number % len(found)].client_id,
            "message_class": "reply",
            "lane": "reply",
            "kind": "message",
            "dedupe_key": f"bench{number}",
            "state": "sent",
            "message_id": number,
            "not_before": work.now,
            "created_at": work.now,
            "finished_at": work.now,
        }
        for number in range(first, first + size)
    ]
    work.tx.conn.execute(sa.insert(outbox), rows)


async def _measure(folder: Path, clients: int) -> dict[str, list[Took]]:
    async with filling(folder, "http://127.0.0.1:1") as database:
        found = await _fill(database, clients)
        took: dict[str, list[Took]] = {"/export": [], "/mydata": [], "/erase": []}
        steps = (("/export", copying.send), ("/mydata", what_is_kept.show), ("/erase", _erase))
        for care in found:
            ahead = await database.write(partial(copying.make_all, care=care))  # a read, in a bot
            for name, step in steps:
                timed = partial(_timed, partial(step, care=care), ahead)
                took[name].append(await database.write(timed))
        return took


def _timed(step: Callable[[Work], object], ahead: object, work: Work) -> Took:
    began = time.perf_counter(), time.thread_time()
    step(replace(work, ahead=ahead))
    work.tx.settle()
    return time.perf_counter() - began[0], time.thread_time() - began[1]


def _erase(work: Work, care: Care) -> None:
    erasing.erase(work, people.load(work.tx, care.client_id), by="client")


def main() -> None:
    """Measure and print; the exit code is 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    clients = parser.parse_args().clients
    with tempfile.TemporaryDirectory() as name:
        took = asyncio.run(_measure(Path(name), clients))
    say(f"{2 * WEEKS} check-ins a client, {MESSAGES:,} messages (load: {load()})")
    slowest = 0.0
    for name, each in took.items():
        for place, sort in enumerate(("clock", "processor")):
            of_sort = [one[place] * 1000 for one in each]
            middle = statistics.median(of_sort)
            say(f"{name}, {sort}: median {middle:.0f} ms, slowest {max(of_sort):.0f} ms")
        slowest = max(slowest, *(one[0] for one in each))
    reached = slowest <= AIM
    say(f"aim: {AIM * 1000:.0f} ms: {'reached' if reached else 'missed'}")
    sys.exit(int(not reached))


if __name__ == "__main__":
    main()
