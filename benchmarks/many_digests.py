"""The weekly digests of a large clinic: is one of a thousand dearer than one of a hundred?

``python -m benchmarks.many_digests``. It fills one database therapist by therapist and, at an
eighth, a quarter, half and all of them, has the newest week of everybody composed, frozen and put
into the outbox as the ticker does it. Time of the processor, and the most memory ever held.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.digest import add_week
from benchmarks.scene import CASELOAD, CLOCK, Filling, caseload_of, filling, say
from bot.config.settings import SHIPPED_FLOWS
from bot.services.digest import digests
from bot.services.digest.digests import Composed, Owed
from bot.services.work.unit_of_work import Work
from flows.script.flow import Flow
from storage.cares import Care
from storage.store import Tx

THERAPISTS = 1_000
CLIENTS = 25
WEEKS = 4
AIM = 1.5
"""A digest costs so many times as much at most where there are eight times as many."""
NOWHERE = "http://127.0.0.1:9"
"""Nothing is sent."""


async def fill(database: Filling, therapists: int, clients: int, first: int) -> None:
    """So many therapists more, whose clients have rated four sessions each."""
    text = (SHIPPED_FLOWS / "after-session.toml").read_text("utf-8")
    after = await database.publish(text)
    for place in range(first, first + therapists):
        here = partial(caseload_of, first=place * CASELOAD, size=clients)
        for care in await database.write(here, CLOCK.now() - timedelta(weeks=WEEKS + 1)):
            await database.write(partial(_rate, care=care, after=after))


def _rate(work: Work, care: Care, after: Flow) -> None:
    draw = random.Random(care.id)
    for ago in range(WEEKS, 0, -1):
        at = work.now - timedelta(weeks=ago) + timedelta(days=1)
        add_week(replace(work, now=at), care, after, draw)


async def frozen(database: Filling) -> float:
    """Seconds of the processor for the newest digest of every therapist, as the ticker makes it."""
    now = CLOCK.now()

    def list_owed(tx: Tx) -> list[Owed]:
        return digests.list_owed(Work(tx, database.practice, now, "digest"))

    began = time.process_time()
    owed = await database.store.read(list_owed)
    for each in owed:
        await database.write(partial(digests.age_flags, therapist_id=each.therapist_id), now)
        composed = await database.store.read(partial(_composed, database, each))
        await database.write(partial(digests.freeze, composed=composed), now)
    return time.process_time() - began


def _composed(database: Filling, owed: Owed, tx: Tx) -> Composed:
    work = Work(tx, database.practice, CLOCK.now(), "digest")
    return digests.compose(work, owed.therapist_id)


def _forget(work: Work) -> None:
    """No digest was made yet."""
    for table in ("outbox", "digest_sections", "digests"):
        work.tx.conn.execute(sa.text(f"DELETE FROM {table}"))


async def measure(
    folder: Path, therapists: int, clients: int, parts: tuple[int, ...]
) -> list[float]:
    """Milliseconds a digest, at each of these parts of so many therapists."""
    found, there = list[float](), 0
    async with filling(folder, NOWHERE) as database:
        for part in parts:
            wanted = therapists // part
            await fill(database, wanted - there, clients, there)
            there = wanted
            await database.write(_forget)
            found.append(1000 * await frozen(database) / there)
    return found


def main() -> None:
    """Measure and print; the exit code is 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--therapists", type=int, default=THERAPISTS)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    asked = parser.parse_args()
    parts = (8, 4, 2, 1)
    with tempfile.TemporaryDirectory() as name:
        found = asyncio.run(measure(Path(name), asked.therapists, asked.clients, parts))
    for part, each in zip(parts, found, strict=True):
        say(f"{asked.therapists // part} therapists of {asked.clients}: {each:.1f} ms a digest")
    times = found[-1] / found[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{times:.2f} times as much at eight times the number; {peak:.0f} MB at the peak")
    say(f"aim: {AIM} times: {'reached' if times <= AIM else 'missed'}")
    sys.exit(int(times > AIM))


if __name__ == "__main__":
    main()
