"""Seconds from a tap on an answer to its question being edited, and to the next question.

``python -m benchmarks.tap``. Clients tap in turn, one at a time, at a sandbox without latency: this
is what somebody who sits there waits for, on top of Telegram's own way to their phone.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.scene import Sandbox, client_chat, filling, interlude, load, sandbox, say
from benchmarks.throughput import open_check_in

STEPS = 8
CLIENTS = 20
AIM = 0.1
STEP = """
[[step]]
id = "step_{number}"
kind = "scale"
min = 0
max = 10
ask.en = "Question {number}: how was it?"
low.en = "very bad"
high.en = "very good"
"""
FLOW = """\
language = 1
id = "taps"
title.en = "Taps"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
on_request = true
""" + "".join(STEP.format(number=number) for number in range(1, STEPS + 1))


async def _fill(folder: Path, url: str, clients: int) -> None:
    async with filling(folder, url) as database:
        flow = await database.publish(FLOW)
        for care in await database.people(clients):
            await database.write(partial(open_check_in, care=care, flow=flow))


def _tap(telegram: Sandbox, clients: int) -> None:
    """All clients answer one question after another, each about once a second as people do."""
    sent = telegram.sent
    for number in range(STEPS - 1):
        for place in range(clients):
            telegram.tell("tap", chat=client_chat(place), label=str(number + 2))
            sent += 1
            telegram.wait_sent(sent)
            time.sleep(0.02)  # the poll that follows is under way again, as it is for a person


def _waits(ledger: list[dict[str, Any]], kind: str) -> Iterator[float]:
    """Seconds from each tap to the next thing of that kind."""
    tapped_at = None
    for entry in ledger:
        at = datetime.fromisoformat(entry["at"])
        if entry["kind"] == "tapped":
            tapped_at = at
        elif entry["kind"] == kind and tapped_at is not None:
            yield (at - tapped_at).total_seconds()
            tapped_at = None


def main() -> None:
    """Measure and print; the exit code is 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    clients = parser.parse_args().clients
    with tempfile.TemporaryDirectory() as name, sandbox() as telegram:
        telegram.introduce(map(client_chat, range(clients)))
        asyncio.run(_fill(Path(name), telegram.url, clients))
        with interlude(Path(name)):
            telegram.wait_sent(clients)
            telegram.settle()
            _tap(telegram, clients)
        ledgers = [telegram.ask(f"ledger/{client_chat(place)}") for place in range(clients)]
    medians = []
    for kind, what in (("edited", "the answered question"), ("sent", "the next question")):
        waits = sorted(wait for ledger in ledgers for wait in _waits(ledger, kind))
        slow = statistics.quantiles(waits, n=20)[18]
        medians.append(statistics.median(waits))
        say(
            f"from a tap to {what}: median {medians[-1] * 1000:.0f} ms, 95th percentile"
            f" {slow * 1000:.0f} ms ({len(waits)} taps; load {load()})"
        )
    reached = max(medians) <= AIM
    say(f"aim: {AIM * 1000:.0f} ms in the median: " + ("reached" if reached else "missed"))
    sys.exit(int(not reached))


if __name__ == "__main__":
    main()
