"""Durable updates a second, beside two stock python-telegram-bot echoes, at 0 and 40 ms of latency;
and what each of them loses when it is killed in the middle.

``python -m benchmarks.throughput``. One update is one typed answer that causes one next question.
For Interlude that is: inbox row, new state, answer and outbox row on disk (SQLite, synchronous
FULL), the question sent, its delivery recorded. The echo is what people write first: stock updater,
updates handled in turn, state in a dictionary. The second echo uses the library's concurrent
updates and a pool as large as ours. Sandbox and bot are processes of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from subprocess import Popen

from benchmarks.scene import (
    ANSWER,
    CLOCK,
    TOKEN,
    UNPACED,
    Filling,
    Sandbox,
    client_chat,
    filling,
    interlude,
    process,
    sandbox,
    say,
)
from bot.config.settings import Sending
from bot.services.check_in import check_ins
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from flows.schedule.occurrences import plan_request
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import occurrences
from storage.cares import Care

CLIENTS = 900
"""Each answers once in a run: what is typed before a question was seen is not taken for it."""
STEPS = 4
LATENCIES = (0.0, 0.04)
AT_ONCE = Sending().parallel
ECHOES = {(0.0, 1): 1500, (0.04, 1): 120, (0.0, AT_ONCE): 900, (0.04, AT_ONCE): 900}
"""Updates in one run of an echo, by latency and updates at once: one that handles them in turn is
slow at 40 ms, and its pace does not depend on the number.
"""
KILLED_AT = 0.3
"""Part of the answers that are given when the bot is killed."""
AIM_PER_SECOND, AIM_RATIO = 250, 8
STEP = """
[[step]]
id = "step_{number}"
kind = "text"
ask.en = "Question {number}: what is one thing that you would like {{therapist}} to know?"
"""
FLOW = """\
language = 1
id = "bench"
title.en = "Bench"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
on_request = true
remind = ["24h"]
expires.unstarted = "48h"
expires.idle = "24h"
window = "12h"
""" + "".join(STEP.format(number=number) for number in range(1, STEPS + 1))

Measure = Callable[[float], float]


def durable(latency: float) -> float:
    """Interlude's updates a second in one run, on a fresh database."""
    with tempfile.TemporaryDirectory() as name, sandbox(latency=latency) as telegram:
        telegram.introduce(map(client_chat, range(CLIENTS)))
        asyncio.run(_open_check_ins(Path(name), telegram.url))
        with interlude(Path(name)):
            telegram.wait_sent(CLIENTS)  # everybody has the first question
            return timed(telegram, CLIENTS)


def echo(latency: float, at_once: int = 1) -> float:
    """The stock bot's updates a second in one run."""
    with sandbox(latency=latency) as telegram, _stock(telegram, at_once):
        return timed(telegram, ECHOES[latency, at_once])


@contextmanager
def _stock(telegram: Sandbox, at_once: int) -> Iterator[Popen[bytes]]:
    """The stock bot, which is up and has answered one message."""
    with process(_stock_command(telegram, at_once)) as child:
        before = telegram.sent
        telegram.tell("burst", items=_messages(1))
        telegram.wait_sent(before + 1)
        yield child


def _stock_command(telegram: Sandbox, at_once: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.stock_echo", telegram.url, TOKEN, str(at_once)]


def lost_by_ours() -> int:
    """Count the answers that are nowhere after a kill in the middle and a new start."""
    with tempfile.TemporaryDirectory() as name, sandbox() as telegram:
        folder = Path(name)
        telegram.introduce(map(client_chat, range(CLIENTS)))
        asyncio.run(_open_check_ins(folder, telegram.url))
        with interlude(folder) as bot:
            telegram.wait_sent(CLIENTS)
            _kill_in_the_middle(telegram, bot)
        with interlude(folder):
            telegram.wait_polled()
            telegram.settle()
        with sqlite3.connect(folder / "interlude.db") as database:
            (kept,) = database.execute("SELECT count(*) FROM answers").fetchone()
    return CLIENTS - int(kept)


def lost_by_stock(at_once: int) -> int:
    """Count the messages that are never answered after a kill in the middle and a new start. What
    the bot remembered is gone in any case.
    """
    with sandbox() as telegram:
        with _stock(telegram, at_once) as bot:
            before = telegram.sent
            _kill_in_the_middle(telegram, bot)
        with process(_stock_command(telegram, at_once)):
            telegram.wait_polled()
            telegram.settle()
        return CLIENTS - (telegram.sent - before)


def _kill_in_the_middle(telegram: Sandbox, bot: Popen[bytes]) -> None:
    before = telegram.sent
    telegram.tell("burst", items=_messages(CLIENTS))
    telegram.wait_sent(before + int(CLIENTS * KILLED_AT))
    bot.kill()
    bot.wait()


def timed(telegram: Sandbox, count: int) -> float:
    """Everything arrives at once, in turns of all chats; the time until the last answer is sent."""
    before = telegram.sent
    items = _messages(count)
    began = CLOCK.monotonic()
    telegram.tell("burst", items=items)
    telegram.wait_sent(before + count)
    return count / (CLOCK.monotonic() - began)


def _messages(count: int) -> list[dict[str, object]]:
    return [{"chat": client_chat(place % CLIENTS), "text": ANSWER} for place in range(count)]


async def _open_check_ins(folder: Path, url: str) -> None:
    async with filling(folder, url, UNPACED) as database:
        await open_all(database)


async def open_all(database: Filling) -> None:
    """Each client has asked for a check-in, whose first question waits to be sent."""
    flow = await database.publish(FLOW)
    # who has only just agreed is owed no digest, which would be composed meanwhile
    for care in await database.people(CLIENTS, CLOCK.now()):
        await database.write(lambda work, care=care: open_check_in(work, care, flow))


def open_check_in(work: Work, care: Care, flow: Flow) -> None:
    """The client asked for the check-in; its first question is in the outbox."""
    slot = plan_request(now=work.now, zone=zone("UTC"), slot="request")
    added = plans.add_request(work, care, flow, slot)
    if added is None:
        raise AssertionError("a new client has no occurrence")
    check_ins.open_(work, care, occurrences.load(work.tx, added), flow, asked_for=True)


def _median(name: str, measure: Measure, latency: float, runs: int) -> float:
    rates = sorted(measure(latency) for _ in range(runs))
    middle = statistics.median(rates)
    shown = f"{middle:7.0f} a second  ({rates[0]:.0f} to {rates[-1]:.0f} in {runs} runs)"
    say(f"{latency * 1000:3.0f} ms  {name:<10} {shown}")
    return middle


def main() -> None:
    """Measure and print; the exit code is 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    rates = {}
    for latency in LATENCIES:
        ours = rates[latency] = _median("interlude", durable, latency, runs)
        stock = _median("stock echo", echo, latency, runs)
        quick = _median(f"{AT_ONCE} at once", partial(echo, at_once=AT_ONCE), latency, runs)
        say(f"{latency * 1000:3.0f} ms  ratios     {ours / stock:7.1f} {ours / quick:7.1f}")
        ratio = ours / stock
    say(f"killed with {KILLED_AT:.0%} of {CLIENTS} answers given, and started again:")
    lost = lost_by_ours()
    say(f"  interlude   lost {lost}")
    say(f"  stock echo  lost {lost_by_stock(1)}")
    say(f"  {AT_ONCE} at once  lost {lost_by_stock(AT_ONCE)}")
    missed = rates[0.0] < AIM_PER_SECOND or ratio < AIM_RATIO or lost > 0
    say(
        f"aims: {AIM_PER_SECOND} a second at 0 ms, {AIM_RATIO} times the echo at 40 ms, none lost: "
        + ("missed" if missed else "reached")
    )
    sys.exit(int(missed))


if __name__ == "__main__":
    main()
