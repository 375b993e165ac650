"""Does an answer wait longer where ten thousand clients and a million answers are kept, and does
the bot grow?

``python -m benchmarks.full_store``. The same talk twice: beside an empty store and a full one.
Clients tap and type in turn, 30 times a second in all; what counts is the time until their next
question. With ``--minutes 30`` it is a soak: memory at the end beside that after the first tenth.
``--without-screen`` leaves the crisis screen's encoder out, which is the larger half of the memory.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from subprocess import Popen

import sqlalchemy as sa

from benchmarks.digest import answered
from benchmarks.scene import (
    ANSWER,
    CLOCK,
    UNPACED,
    Filling,
    Sandbox,
    client_chat,
    filling,
    interlude,
    load,
    memory,
    sandbox,
    say,
)
from benchmarks.tap import STEP as SCALE
from benchmarks.throughput import STEP as TEXT
from benchmarks.throughput import open_check_in
from bot.services.work.unit_of_work import Work
from flows.engine.state import to_json
from flows.script.flow import Flow
from storage.cares import Care
from storage.tables_check_ins import answers, check_ins

STEPS = 28
CLIENTS, CHECK_INS = 10_000, 25
"""Clients with so many finished check-ins each, of four answers."""
KEPT_STEPS = 4
A_SECOND = 30
"""As many questions as Telegram lets through; the pacing is raised, or it would be what is seen."""
FEWEST_TALKERS = 100
CHUNK = 50
AIM_SLOWEST, AIM_RATIO, AIM_MEMORY, AIM_GROWTH = 0.05, 1.2, 150, 0.05
HEAD = """\
language = 1
id = "{name}"
title.en = "Talk"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
on_request = true
expires.unstarted = "48h"
expires.idle = "24h"
window = "12h"
"""


def _flow(name: str, steps: int) -> str:
    """Scales and free words in turn, as clients meet them."""
    each = ((TEXT, SCALE)[number % 2].format(number=number) for number in range(1, steps + 1))
    return HEAD.format(name=name) + "".join(each)


@dataclass(frozen=True, slots=True)
class Talk:
    """What was seen in one talk: waits in seconds, memory in megabytes."""

    waits: list[float]
    memory: list[float]

    @property
    def slow(self) -> float:
        """The 99th percentile."""
        return statistics.quantiles(self.waits, n=100)[98]

    @property
    def growth(self) -> float:
        """The growth from the first tenth to the end, as a part."""
        return self.memory[-1] / self.memory[len(self.memory) // 10] - 1


async def _fill(folder: Path, url: str, talkers: int, clients: int) -> None:
    async with filling(folder, url, UNPACED) as database:
        talk = await database.publish(_flow("talk", STEPS))
        # nobody is owed a digest, whose picture would be drawn meanwhile
        found = await database.people(max(talkers, clients), agreed_at=CLOCK.now())
        if clients:
            await _keep_the_past(database, found, await database.publish(_flow("past", KEPT_STEPS)))
        for care in found[:talkers]:
            await database.write(partial(open_check_in, care=care, flow=talk))


async def _keep_the_past(database: Filling, found: list[Care], flow: Flow) -> None:
    for place in range(0, len(found), CHUNK):
        some = found[place : place + CHUNK]
        await database.write(partial(_keep, some=some, flow=flow, first=place * CHECK_INS + 1))


def _keep(work: Work, some: list[Care], flow: Flow, first: int) -> None:
    """Rows as the services would write them, many at once."""
    opened, given = [], []
    for number in range(len(some) * CHECK_INS):
        care, check_in_id = some[number // CHECK_INS], first + number
        at = work.now - timedelta(weeks=1 + number % CHECK_INS)
        state = answered(flow, at, random.Random(check_in_id))
        opened.append(
            {
                "id": check_in_id,
                "care_id": care.id,
                "client_id": care.client_id,
                "flow_id": flow.id,
                "fingerprint": state.fingerprint,
                "status": state.status,
                "turn_no": state.turn_no,
                "revision": 1,
                "opened_at": at,
                "ended_at": at,
                "state_sealed": work.tx.seal(
                    care.client_id, to_json(state), f"check_ins.state:{check_in_id}"
                ),
            }
        )
        given += [
            {
                "check_in_id": check_in_id,
                "step_id": answer.step_id,
                "value_sealed": work.tx.seal(
                    care.client_id, "7", f"answers.value:{check_in_id}:{answer.step_id}"
                ),
                "off_path": False,
                "given_at": at,
            }
            for answer in state.answers
        ]
    work.tx.conn.execute(sa.insert(check_ins), opened)
    work.tx.conn.execute(sa.insert(answers), given)


def _talk(telegram: Sandbox, bot: Popen[bytes], talkers: int, seconds: float) -> list[float]:
    """Let the talkers answer in turn; the bot's memory, each second of the time."""
    sizes = [memory(bot)]
    began, said, most = CLOCK.monotonic(), 0, talkers * (STEPS - 1)
    while (passed := CLOCK.monotonic() - began) < seconds and said < most:
        if passed >= said / A_SECOND:
            chat = client_chat(said % talkers)
            if (said // talkers) % 2:
                telegram.tell("say", chat=chat, text=ANSWER)
            else:
                telegram.tell("tap", chat=chat, label="7")
            said += 1
        if passed >= len(sizes):
            sizes.append(memory(bot))
        time.sleep(0.001)
    return sizes


def _waits(telegram: Sandbox, talkers: int) -> Iterator[float]:
    """Seconds from each answer to the question after it."""
    for place in range(talkers):
        answered_at = None
        for entry in telegram.ask(f"ledger/{client_chat(place)}"):
            at = datetime.fromisoformat(entry["at"])
            if entry["kind"] == "tapped" or (entry["kind"], entry.get("text")) == ("said", ANSWER):
                answered_at = at
            elif entry["kind"] == "sent" and answered_at is not None:
                yield (at - answered_at).total_seconds()
                answered_at = None


def _measure(clients: int, seconds: float, with_screen: bool) -> Talk:
    talkers = max(FEWEST_TALKERS, int(seconds * A_SECOND) // (STEPS - 1) + 1)
    with tempfile.TemporaryDirectory() as name, sandbox() as telegram:
        telegram.introduce(map(client_chat, range(talkers)))
        asyncio.run(_fill(Path(name), telegram.url, talkers, clients))
        with interlude(Path(name), with_screen=with_screen) as bot:
            telegram.wait_sent(talkers)
            telegram.settle()
            sizes = _talk(telegram, bot, talkers, seconds)
            telegram.settle()
        return Talk(list(_waits(telegram, talkers)), sizes)


def _report(what: str, talk: Talk) -> None:
    middle = statistics.median(talk.waits)
    say(
        f"{what}: {len(talk.waits)} answers, to the next question {_ms(middle)} in the median,"
        f" {_ms(talk.slow)} at the 99th percentile; memory {talk.memory[0]:.0f} MB"
        f" at first, {talk.memory[-1]:.0f} MB at the end ({talk.growth:+.1%}); load {load()}"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def main() -> None:
    """Measure and print; the exit code is 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.7)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--without-screen", action="store_true")
    parser.add_argument("--full-only", action="store_true", help="for a soak")
    asked = parser.parse_args()
    measure = partial(_measure, seconds=asked.minutes * 60, with_screen=not asked.without_screen)
    full = measure(asked.clients)
    _report(f"{asked.clients} clients, {asked.clients * CHECK_INS * KEPT_STEPS:,} answers", full)
    reached = full.slow <= AIM_SLOWEST and full.growth < AIM_GROWTH
    if asked.without_screen:
        reached = reached and full.memory[-1] <= AIM_MEMORY
    if not asked.full_only:
        empty = measure(0)
        _report("nobody else", empty)
        say(f"ratio at the 99th percentile: {full.slow / empty.slow:.2f}")
        reached = reached and full.slow <= AIM_RATIO * empty.slow
    say(
        f"aims: {_ms(AIM_SLOWEST)}, {AIM_RATIO} times, {AIM_MEMORY} MB without the screen,"
        f" {AIM_GROWTH:.0%} growth: {'reached' if reached else 'missed'}"
    )
    sys.exit(int(not reached))


if __name__ == "__main__":
    main()
