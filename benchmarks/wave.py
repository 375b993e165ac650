"""Many check-ins due in the same minute: do they leave at Telegram's pace, and do replies overtake?

``python -m benchmarks.wave``. Real time, the shipped pacing, and a sandbox that answers 429 as
Telegram would. While the wave leaves, other clients answer their check-ins; how long they wait for
the next question is what counts. It ends when the last check-in has left.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from subprocess import Popen

from benchmarks.scene import (
    ANSWER,
    CLOCK,
    Filling,
    Sandbox,
    client_chat,
    filling,
    interlude,
    load,
    processor_seconds,
    sandbox,
    say,
)
from benchmarks.throughput import FLOW, STEPS, open_check_in
from bot.services.work.unit_of_work import Work
from flows.script.flow import Flow
from storage import occurrences
from storage.cares import Care

TALKERS = 400
"""Clients who are in a check-in when the wave begins."""
PAUSE = 0.2
"""Seconds between two answers, whoever gives them."""
CAP = 30
"""Messages that Telegram lets through in a second."""
CHUNK = 500
AIM_PER_SECOND, AIM_WAIT, AIM_PROCESSOR = 29.1, 1.0, 0.5
PATIENCE = 2.0
"""The multiple of the time at the cap that a wave may take before the benchmark gives up."""


@dataclass(frozen=True, slots=True)
class Wave:
    """The figures of a wave, from its first message to its last."""

    messages: int
    seconds: float
    most_in_a_second: int
    processor: float
    """Part of one core that the bot kept busy."""


async def _fill(folder: Path, url: str, clients: int) -> None:
    async with filling(folder, url) as database:
        flow = await database.publish(FLOW)
        # nobody is owed a digest, which would leave among the questions
        found = await database.people(TALKERS + clients, agreed_at=CLOCK.now())
        for care in found[:TALKERS]:
            await database.write(partial(open_check_in, care=care, flow=flow))
        await plan_now(database, found[TALKERS:], flow)


async def plan_now(database: Filling, found: list[Care], flow: Flow) -> None:
    """A check-in of each care is due now."""
    for place in range(0, len(found), CHUNK):
        await database.write(partial(_plan, some=found[place : place + CHUNK], flow=flow))


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


def _watch(telegram: Sandbox, bot: Popen[bytes], clients: int) -> Wave:
    """Let the talkers answer in turn until all that is owed has left."""
    first = telegram.sent
    each_second = [first]
    began, busy, said = CLOCK.monotonic(), processor_seconds(bot), 0
    while True:
        passed = CLOCK.monotonic() - began
        if passed > PATIENCE * clients / CAP + 30:
            raise TimeoutError(f"only {telegram.sent} messages have left")
        if passed >= len(each_second):
            each_second.append(telegram.sent)
        owed = TALKERS + clients + said
        if owed - each_second[-1] <= 2 * CAP and telegram.sent >= owed:
            break
        is_left = owed - each_second[-1] > 2 * CAP and said < TALKERS * STEPS
        if is_left and passed >= said * PAUSE:
            telegram.tell("say", chat=client_chat(said % TALKERS), text=ANSWER)
            said += 1
        time.sleep(0.01)
    seconds = CLOCK.monotonic() - began
    paces = [after - before for before, after in itertools.pairwise(each_second)]
    return Wave(
        TALKERS + clients + said - first,
        seconds,
        max(paces, default=0),
        (processor_seconds(bot) - busy) / seconds,
    )


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


def _report(wave: Wave, waits: list[float], refused: int) -> bool:
    """Print what was seen; True if every aim is reached."""
    pace = wave.messages / wave.seconds
    ranked = statistics.quantiles(waits, n=20)
    say(f"  {wave.messages} messages left: {pace:.2f} a second, {wave.most_in_a_second} at most")
    say(
        f"  the last one left after {wave.seconds:.1f} s; at {CAP} a second it could not have left"
        f" before {wave.messages / CAP:.1f} s"
    )
    say(f"  refused with 429: {refused}")
    say(
        f"  from an answer to the next question ({len(waits)} answers at {1 / PAUSE:.0f} a second):"
        f" median {statistics.median(waits):.2f} s, 95th percentile {ranked[18]:.2f} s"
    )
    say(f"  the bot kept {wave.processor:.2f} of a core busy; load: {load()}")
    return (
        pace >= AIM_PER_SECOND
        and refused == 0
        and ranked[18] <= AIM_WAIT
        and wave.processor <= AIM_PROCESSOR
    )


def main() -> None:
    """Measure and print; the exit code is 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    clients = parser.parse_args().clients
    with tempfile.TemporaryDirectory() as name, sandbox(limits=True) as telegram:
        folder = Path(name)
        telegram.introduce(map(client_chat, range(TALKERS + clients)))
        asyncio.run(_fill(folder, telegram.url, clients))
        say(f"{clients} check-ins due at once (load before: {load()}):")
        with interlude(folder) as bot:
            telegram.wait_sent(TALKERS)
            wave = _watch(telegram, bot, clients)
        reached = _report(wave, _waits(telegram), telegram.ask("counts")["refusals"].get("429", 0))
    say(
        f"aims: {AIM_PER_SECOND} a second, no 429, {AIM_WAIT:.0f} s for 95 % of answers, "
        f"{AIM_PROCESSOR} of a core: " + ("reached" if reached else "missed")
    )
    sys.exit(int(not reached))


if __name__ == "__main__":
    main()
