"""Many check-ins due in the same minute: do they leave at Telegram's pace, and do replies overtake?

``python -m benchmarks.wave``. Real time, the shipped pacing (30 a second), and a sandbox that
answers 429 as Telegram would. While the wave leaves, other clients answer their check-ins; how long
they wait for the next question is what counts.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.scene import ANSWER, CLOCK, Sandbox, client_chat, filling, interlude, sandbox, say
from benchmarks.throughput import FLOW, open_check_in
from bot.services.work.practice import Work
from flows.script.flow import Flow
from storage import occurrences
from storage.cares import Care

TALKERS = 100
"""Clients who are in a check-in when the wave begins."""
PAUSE = 0.2
"""Seconds between two answers, whoever gives them."""
LIMIT = 30
CHUNK = 500


async def _fill(folder: Path, url: str, clients: int) -> None:
    async with filling(folder, url) as database:
        flow = await database.publish(FLOW)
        found = await database.people(TALKERS + clients)
        for care in found[:TALKERS]:
            await database.write(partial(open_check_in, care=care, flow=flow))
        for place in range(TALKERS, len(found), CHUNK):
            some = found[place : place + CHUNK]
            await database.write(partial(_plan, some=some, flow=flow))


def _plan(work: Work, some: list[Care], flow: Flow) -> None:
    for care in some:
        occurrences.add(
            work.tx,
            care_id=care.id,
            flow_id=flow.id,
            local_on=work.now.date(),
            slot="bench",
            due_at=work.now,
            until_at=work.now + timedelta(hours=12),
            now=work.now,
        )


def _talk(telegram: Sandbox, seconds: float) -> list[int]:
    """Let the talkers answer in turn; how many messages left in each second."""
    each_second = [telegram.sent]
    began, said = CLOCK.monotonic(), 0
    while (passed := CLOCK.monotonic() - began) < seconds:
        if passed >= len(each_second):
            each_second.append(telegram.sent)
        if passed >= said * PAUSE:
            telegram.tell("say", chat=client_chat(said % TALKERS), text=ANSWER)
            said += 1
        time.sleep(0.01)
    return [after - before for before, after in itertools.pairwise(each_second)]


def _waits(telegram: Sandbox) -> list[float]:
    """Seconds from each answer to the question after it."""
    found = []
    for place in range(TALKERS):
        asked_at = None
        for entry in telegram.ask(f"ledger/{client_chat(place)}"):
            at = datetime.fromisoformat(entry["at"])
            if entry["kind"] == "said" and entry["text"] == ANSWER:
                asked_at = at
            elif entry["kind"] == "sent" and asked_at is not None:
                found.append((at - asked_at).total_seconds())
                asked_at = None
    return found


def _opened(folder: Path) -> int:
    with sqlite3.connect(folder / "interlude.db") as database:
        return int(database.execute("SELECT count(*) FROM check_ins").fetchone()[0]) - TALKERS


def main() -> None:
    """Measure and print; the exit code is 1 if Telegram ever had to say 429."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sandbox(limits=True) as telegram:
        folder = Path(name)
        telegram.introduce(map(client_chat, range(TALKERS + options.clients)))
        asyncio.run(_fill(folder, telegram.url, options.clients))
        with interlude(folder):
            telegram.wait_sent(TALKERS + LIMIT)
            paces = _talk(telegram, options.seconds)
            opened = _opened(folder)
        waits = _waits(telegram)
        refused = telegram.ask("counts")["refusals"].get("429", 0)
    ranked = statistics.quantiles(waits, n=20)
    say(f"{options.clients} check-ins due at once, {options.seconds:.0f} s of the wave:")
    say(f"  sent a second: {statistics.mean(paces):.1f} on average, {max(paces)} at most")
    say(f"  opened by then: {opened}; refused with 429: {refused}")
    say(
        f"  from an answer to the next question ({len(waits)} answers at {1 / PAUSE:.0f} a second):"
        f" median {statistics.median(waits):.2f} s, 95th percentile {ranked[18]:.2f} s"
    )
    sys.exit(int(refused > 0))


if __name__ == "__main__":
    main()
