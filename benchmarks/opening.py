"""The time for which one transaction that opens check-ins holds the writer: answers wait for it.

``python -m benchmarks.opening``. As many openings a transaction as the ticker takes, until all that
were due at once are open.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.scene import CLOCK, Filling, filling, load, say
from benchmarks.throughput import FLOW
from benchmarks.wave import plan_now
from bot.services.check_in import due
from bot.services.work.unit_of_work import Work
from storage.occurrences import Occurrence

AIM = 0.05
"""Seconds that no write may take."""


async def _measure(folder: Path, clients: int) -> list[float]:
    async with filling(folder, "http://127.0.0.1:1") as database:
        flow = await database.publish(FLOW)
        found = await database.people(clients, agreed_at=CLOCK.now())
        await plan_now(database, found, flow)
        return await open_all(database)


async def open_all(database: Filling) -> list[float]:
    """Open all that is due; seconds that each transaction took."""
    took: list[float] = []
    last: Occurrence | None = None

    def timed(work: Work, after: Occurrence | None) -> due.Opened:
        began = time.perf_counter()
        opened = due.open_due(work, after=after)
        took.append(time.perf_counter() - began)
        return opened

    while True:
        opened = await database.write(partial(timed, after=last))
        if opened.last is None:
            return took
        last = opened.last


def main() -> None:
    """Measure and print; the exit code is 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=5_000)
    clients = parser.parse_args().clients
    with tempfile.TemporaryDirectory() as name:
        took = asyncio.run(_measure(Path(name), clients))
    ranked = statistics.quantiles(took, n=100)
    reached = ranked[98] <= AIM
    say(
        f"{len(took)} transactions of {due.CHUNK} openings (load: {load()}): median"
        f" {ranked[49] * 1000:.0f} ms, 99th percentile {ranked[98] * 1000:.0f} ms"
    )
    say(f"aim: {AIM * 1000:.0f} ms for 99 %: " + ("reached" if reached else "missed"))
    sys.exit(int(not reached))


if __name__ == "__main__":
    main()
