"""A therapist's week as message, picture and PDF: 40 clients with a year of answers, on one core.

``python -m benchmarks.paper`` fills a practice and measures in a process of its own: gathering,
wording and drawing in time of the processor, and the most memory that the process ever held.
"""

from __future__ import annotations

import asyncio
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.digest import WEEKS, add_check_in, add_week
from benchmarks.scene import CLOCK, filling, say
from bot.app import open_store, practice_of
from bot.config import Settings, load_settings
from bot.config.settings import SHIPPED_FLOWS
from bot.ids import SystemIds
from bot.report.drawing import draw
from bot.services.digest import digests, to_files
from bot.services.digest.to_files import Written
from bot.services.work.unit_of_work import Work
from storage import people
from storage.store import Tx

CLIENTS = 40
AIM_SECONDS = 1.0
AIM_MEGABYTES = 200
NOWHERE = "http://127.0.0.1:9"
"""Nothing is sent."""


async def _fill(folder: Path) -> None:
    async with filling(folder, NOWHERE) as database:
        mid_week, after = [
            await database.publish((SHIPPED_FLOWS / f"{name}.toml").read_text("utf-8"))
            for name in ("mid-week", "after-session")
        ]
        began_at = CLOCK.now() - timedelta(weeks=WEEKS)
        for care in await database.people(CLIENTS, with_each=CLIENTS):
            draw_of = random.Random(care.id)
            for week in range(WEEKS):
                at = began_at + timedelta(weeks=week, days=1)
                await database.write(partial(add_week, care=care, after=after, draw=draw_of), at)
                answer = partial(add_check_in, care=care, flow=mid_week, draw=draw_of)
                await database.write(answer, at + timedelta(days=3))
        await database.write(_freeze, CLOCK.now() - timedelta(weeks=1))


def _freeze(work: Work) -> None:
    """The digest of before, so that the one that is measured is about a week."""
    digests.freeze(work, digests.compose(work, people.list_therapists(work.tx)[0].id))


async def _measure(folder: Path) -> bool:
    settings = load_settings(folder / "config.toml", {})
    if not isinstance(settings, Settings):
        raise TypeError("the benchmark's own settings are wrong")
    practice = practice_of(settings, SystemIds(), "")

    def gather(tx: Tx) -> Written:
        work = Work(tx, practice, CLOCK.now(), "bench")
        found = to_files.find(work, people.list_therapists(tx)[0], None)
        if found is None:
            raise AssertionError("there is always a week so far")
        return found

    async with open_store(settings) as store:
        began = time.process_time()
        made = await store.read(gather)
        gathered = time.process_time() - began
    sizes = [len(draw(d.template, d.values, d.form) or b"") for d in made.drawings]
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kilobytes = ", ".join(f"{size / 1024:.0f} KB" for size in sizes)
    say(
        f"{len(made.codes)} clients: gathered and worded in {gathered:.2f} s, with the picture and "
        f"the PDF ({kilobytes}) {took:.2f} s of the processor; {peak:.0f} MB at the peak"
    )
    return took <= AIM_SECONDS and peak <= AIM_MEGABYTES


def main() -> None:
    """Fill, measure in a fresh process, and print; the exit code is 1 where the aim is missed."""
    if len(sys.argv) > 1:
        sys.exit(not asyncio.run(_measure(Path(sys.argv[1]))))
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(_fill(Path(name)))
        again = subprocess.run([sys.executable, "-m", "benchmarks.paper", name], check=False)
    aim = f"aim: {AIM_SECONDS:.0f} s, {AIM_MEGABYTES} MB"
    say(f"{aim}: {'missed' if again.returncode else 'reached'}")
    sys.exit(again.returncode)


if __name__ == "__main__":
    main()
