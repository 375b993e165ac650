"""The time to plan 14 days for many clients in three flows, saved, and whether answers get in
between.

Run with ``python -m benchmarks.planning [clients]``. A second task takes an answer every 20 ms
meanwhile, as the bot does: engine, state, answer and next question. From asking for its transaction
to having it on disk is what is reported.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.scene import CLOCK, Filling, filling, say
from bot.services.check_in import check_ins, due
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from flows.engine.inputs import Typed
from flows.schedule.occurrences import REQUEST_SLOT, plan_request
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import enrolments, occurrences
from storage.cares import Care
from storage.check_ins import find_open
from storage.store import Tx

PAUSE = 0.02
AIM_SECONDS, AIM_WAIT_MS = 6.0, 100.0
AT_ONCE = 500
FLOW = """\
language = 1
id = "{id}"
title.en = "{id}"
[schedule]
trigger = "weekly"
days = [{days}]
at = "{at}"
[[step]]
id = "how"
kind = "text"
ask.en = "How is it going?"
"""
FLOWS = (
    ("mid-week", '"wed"', "18:00"),
    ("twice", '"mon", "fri"', "09:30"),
    ("evenings", '"tue", "thu", "sat", "sun"', "20:15"),
)
"""Two, four and eight check-ins in 14 days: 14 occurrences a client."""
QUESTIONS = 150
TALK = """\
language = 1
id = "talk"
title.en = "Many questions"
[schedule]
trigger = "on_request"
"""
QUESTION = '[[step]]\nid = "q{number}"\nkind = "text"\nask.en = "And then?"\n'


async def measure(clients: int) -> tuple[float, float, int, list[float]]:
    """Seconds to plan by the clock and of CPU, rows written, how long each answer waited."""
    with tempfile.TemporaryDirectory(prefix="planning-") as folder:
        async with filling(Path(folder), "http://127.0.0.1:1") as stage:
            cares = await stage.people(clients)
            for id_, days, at in FLOWS:
                await stage.publish(FLOW.format(id=id_, days=days, at=at))
            for first in range(0, clients, AT_ONCE):
                await stage.write(partial(_enrol, cares=cares[first : first + AT_ONCE]))
            talk = TALK + "".join(QUESTION.format(number=n) for n in range(QUESTIONS))
            flow = await stage.publish(talk)
            waits: list[float] = []
            answering = asyncio.create_task(_answer(stage, flow, iter(cares), waits))
            begun, used = CLOCK.monotonic(), _cpu()
            while await stage.write(due.plan_ahead):
                pass
            took, used = CLOCK.monotonic() - begun, _cpu() - used
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
            rows = await stage.store.read(_count)
        return took, used, rows, waits


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def _enrol(work: Work, cares: list[Care]) -> None:
    for care in cares:
        for flow_id, _, _ in FLOWS:
            enrolments.add(
                work.tx,
                care_id=care.id,
                flow_id=flow_id,
                zone=care.zone,
                seed=care.id,
                now=work.now,
            )


async def _answer(stage: Filling, flow: Flow, cares: Iterator[Care], waits: list[float]) -> None:
    while True:
        care = next(cares)
        await stage.write(partial(_begin, care=care, flow=flow))
        for _ in flow.steps:
            begun = CLOCK.monotonic()
            await stage.write(partial(_take, care=care))
            waits.append(CLOCK.monotonic() - begun)
            await CLOCK.sleep(PAUSE)


def _begin(work: Work, care: Care, flow: Flow) -> None:
    """A check-in of many questions is open for this client."""
    slot = plan_request(now=work.now, zone=zone(care.zone), slot=REQUEST_SLOT)
    occurrence_id = plans.add_request(work, care, flow, slot)
    if occurrence_id is None:
        raise ValueError("a client of a new database has asked already")
    occurrence = occurrences.load(work.tx, occurrence_id)
    check_ins.open_(work, care, occurrence, flow, asked_for=True)


def _take(work: Work, care: Care) -> None:
    stored = find_open(work.tx, care.id)
    if stored is None:
        raise ValueError("the check-in has ended before its last question")
    check_ins.receive(work, stored, Typed("Then I went for a walk."))


def _count(tx: Tx) -> int:
    return int(tx.conn.execute(sa.text("SELECT count(*) FROM occurrences")).scalar_one())


async def main() -> int:
    """Print a line a size; 1 if the largest misses an aim."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    took, longest = 0.0, 0.0
    for clients in (most // 4, most // 2, most):
        took, used, rows, waits = await measure(clients)
        ordered = sorted(1000 * wait for wait in waits)
        longest = ordered[-1]
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        say(
            f"{clients:>6} clients: {took:5.2f} s ({used:.2f} s of CPU), {rows} occurrences, "
            f"{1e6 * took / clients:4.0f} us a client; {len(ordered)} answers meanwhile: "
            f"median {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, max {longest:.0f} ms"
        )
    return 0 if took < AIM_SECONDS and longest < AIM_WAIT_MS else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
