"""Durable updates a second of one, two and four ``interlude run`` on one PostgreSQL database.

``python -m benchmarks.workers``. The update is that of ``throughput``: a typed answer that causes
one next question, all of it on disk. The server is started for it and keeps what it acknowledges;
sandbox, server and runs are processes of their own, so the ratio means something only where there
are more processors than runs. With ``--share 0.2`` each run has that share of one processor, as if
on a small machine of its own: then two processors tell what four machines would do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.scene import (
    UNPACED,
    client_chat,
    filling,
    interlude,
    load,
    processor_seconds,
    sandbox,
    say,
)
from benchmarks.small_machine import on_a_share
from benchmarks.throughput import CLIENTS, open_all, timed
from storage import runs
from storage.key_file import load_key_file
from storage.store import Store
from tests.storage.conftest import statement
from tests.support.postgres import DURABLE, sqlalchemy_url, temporary_postgres

WORKERS = (1, 2, 4)
OF_SMALL = 300
"""Answers for runs on a share of a processor, which need longer for each."""
AIM = 2.1
LOOK_SECONDS = 0.5
SEEN_SECONDS = 3.0
"""Three beats: by then each run has seen every other, and shares with it."""


def rate(server: Path, workers: int, database: str, share: float | None) -> float:
    """Updates a second of so many runs, on a fresh database."""
    asyncio.run(statement(server, f"CREATE DATABASE {database}"))
    url = sqlalchemy_url(server, database)
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox() as telegram,
        ExitStack() as stack,
    ):
        folder = Path(name)
        telegram.introduce(map(client_chat, range(CLIENTS)))
        asyncio.run(_fill(folder, telegram.url, url))
        children = [stack.enter_context(interlude(folder)) for _ in range(workers)]
        _await_runs(folder, url, workers)
        telegram.wait_sent(CLIENTS)  # everybody has the first question
        if share is not None:
            for child in children:
                stack.enter_context(on_a_share(child.pid, share))
        before = sum(map(processor_seconds, children))
        count = CLIENTS if share is None else OF_SMALL
        found = timed(telegram, count)
        busy = (sum(map(processor_seconds, children)) - before) / count * 1000
    say(f"  {workers} at work: {found:5.0f} a second; {busy:.1f} ms of the processor an update")
    return found


async def _fill(folder: Path, telegram: str, url: str) -> None:
    async with filling(folder, telegram, UNPACED, database=url) as filled:
        await open_all(filled)


def _await_runs(folder: Path, url: str, workers: int) -> None:
    """Return once so many live, and each knows of the others."""
    while asyncio.run(_living(folder, url)) < workers:
        time.sleep(LOOK_SECONDS)
    time.sleep(SEEN_SECONDS)


async def _living(folder: Path, url: str) -> int:
    store = await Store.open(url, load_key_file(folder / "interlude.key"))
    try:
        return len(await store.read(runs.list_living))
    finally:
        await store.close()


def main() -> None:
    """Measure and print; the exit code is 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--share", type=float, help="of one processor, for each run")
    asked = parser.parse_args()
    times = asked.runs
    say(f"{os.cpu_count()} processors, load {load()}")
    middle = {}
    with temporary_postgres(DURABLE) as server:
        for workers in WORKERS:
            rates = [rate(server, workers, f"w{workers}_{n}", asked.share) for n in range(times)]
            middle[workers] = statistics.median(rates)
    for workers in WORKERS:
        ratio = middle[workers] / middle[1]
        say(f"{workers} runs  {middle[workers]:6.0f} a second  {ratio:4.2f} times one")
    missed = middle[WORKERS[-1]] < AIM * middle[1]
    say(f"aim: {AIM} times with {WORKERS[-1]}: " + ("missed" if missed else "reached"))
    sys.exit(int(missed))


if __name__ == "__main__":
    main()
