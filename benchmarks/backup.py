"""A backup while people answer: how long it takes, how long any write waits meanwhile, and how long
coming back takes.

``python -m benchmarks.backup``. Check-ins are opened for every client first, so that there is
something to copy.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.opening import open_all
from benchmarks.scene import CLOCK, Filling, filling, load, say
from benchmarks.throughput import FLOW
from benchmarks.wave import plan_now
from bot.workers.backing_up import back_up
from storage import backups, inbox
from storage.age_files import identity_of, new_identity
from storage.restoring import assemble

AIM = 0.05
"""Seconds that no write may wait for a backup."""


async def _measure(folder: Path, clients: int) -> float:
    secret, public = new_identity()
    vault = folder / "elsewhere"
    await asyncio.to_thread(vault.mkdir)
    async with filling(folder, "http://127.0.0.1:1") as database:
        flow = await database.publish(FLOW)
        found = await database.people(clients, agreed_at=CLOCK.now())
        await plan_now(database, found, flow)
        await open_all(database)
        plain = database.practice.settings
        wanted = plain.backup.model_copy(update={"folder": vault, "key": public})
        settings = plain.model_copy(update={"backup": wanted})
        done = asyncio.Event()
        writing = asyncio.create_task(_write_on(database, done))
        began = time.perf_counter()
        await back_up(database.store, settings, CLOCK.now())
        took = time.perf_counter() - began
        done.set()
        waits = sorted(await writing)
    (made,) = await asyncio.to_thread(backups.list_in, vault)
    began = time.perf_counter()
    await assemble(made, folder / "again.db", identity_of(secret), CLOCK.now())
    back = time.perf_counter() - began
    size = await asyncio.to_thread(lambda: made.path.stat().st_size)
    say(f"{clients} clients, {size / 1e6:.1f} MB (load: {load()}): backup {took:.2f} s")
    median, late = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    say(
        f"{len(waits)} writes meanwhile: median {median * 1000:.1f} ms, 99th percentile"
        f" {late * 1000:.1f} ms, longest {waits[-1] * 1000:.1f} ms"
    )
    say(f"brought back and checked in {back:.2f} s")
    return waits[-1]


async def _write_on(database: Filling, done: asyncio.Event) -> list[float]:
    """Seconds that each of many small writes took, one after another."""
    waits: list[float] = []
    while not done.is_set():
        began = time.perf_counter()
        await database.store.write(lambda tx: inbox.purge(tx, CLOCK.now()))
        waits.append(time.perf_counter() - began)
    return waits


def main() -> None:
    """Measure and print; the exit code is 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=3_000)
    clients = parser.parse_args().clients
    with tempfile.TemporaryDirectory() as name:
        longest = asyncio.run(_measure(Path(name), clients))
    say(f"aim: {AIM * 1000:.0f} ms for every write: {'reached' if longest <= AIM else 'missed'}")
    sys.exit(int(longest > AIM))


if __name__ == "__main__":
    main()
