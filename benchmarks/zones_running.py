"""Every zone of the tz database through the running bot, over each clock change of a year.

``python -m benchmarks.zones_running [--year 2027] [--each-name]``. In each zone a therapist and
five clients live through two days before and after: questions by the clock at awkward times,
reminders, a therapy session with what comes before and after it, a question that is put off, the
end of a pause, and the digest, each over HTTP; once without quiet hours, and once with quiet hours
that end within the hour of the change. Names whose clocks go alike all year share one life, unless
``--each-name``. Ends with 1 if anything does not come once, at its time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import zoneinfo
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.scene import CLOCK, say
from flows.schedule.zones import zone
from tests.support.house import furnish
from tests.support.zone_changes import AT_NIGHT, OPEN, live_through

STEP = timedelta(minutes=30)
TOGETHER = 20
"""Zones in one practice."""
NEAR = timedelta(hours=30)
"""Changes that lie so near are lived through in one practice."""
MOST_SHOWN = 20

Changes = tuple[tuple[datetime, timedelta], ...]


def changes_of(name: str, year: int) -> Changes:
    """The first offset of the year, and each change of the clock with the offset after it."""
    place, at = zone(name), datetime(year, 1, 1, tzinfo=UTC)
    found = [(at, at.astimezone(place).utcoffset() or timedelta())]
    while at.year == year:
        offset = at.astimezone(place).utcoffset() or timedelta()
        if offset != found[-1][1]:
            found.append((at, offset))
        at += STEP
    return tuple(found)


def lives(year: int, *, each_name: bool) -> Iterator[dict[str, datetime]]:
    """The zones of each practice, with the change through which each lives."""
    alike: dict[Changes, list[str]] = defaultdict(list)
    for name in sorted(zoneinfo.available_timezones()):
        alike[changes_of(name, year)].append(name)
    through: dict[datetime, list[str]] = defaultdict(list)
    steady: list[str] = []
    for changes, names in alike.items():
        chosen = names if each_name else names[:1]
        for at, _ in changes[1:]:
            through[at] += chosen
        steady += chosen if len(changes) == 1 else ()
    through[max(through, key=lambda at: len(through[at]))] += steady
    waiting: dict[str, datetime] = {}
    for at in sorted(through):
        for name in through[at]:
            begins = min(waiting.values(), default=at)
            if len(waiting) == TOGETHER or at - begins > NEAR or name in waiting:
                yield waiting
                waiting = {}
            waiting[name] = at
    yield waiting


async def sweep(year: int, *, each_name: bool) -> int:
    """Let all of them live; how many things went wrong."""
    count, promised, wrong, begun = 0, 0, 0, CLOCK.monotonic()
    with tempfile.TemporaryDirectory() as furnished:
        await furnish(Path(furnished))
        for zones in lives(year, each_name=each_name):
            for quiet in (OPEN, AT_NIGHT):
                with tempfile.TemporaryDirectory() as folder:
                    found = await live_through(Path(folder), Path(furnished), zones, quiet)
                for line in found.wrong[:MOST_SHOWN]:
                    say(line)
                count, promised = count + len(zones), promised + found.promised
                wrong += len(found.wrong)
            say(f"{min(zones.values()):%d %B}: {count} lives, {promised} promises, {wrong} broken")
    names = len(zoneinfo.available_timezones())
    say(f"{names} zones in {year}: {count} lives, {promised} promises, {wrong} broken, ")
    say(f"{CLOCK.monotonic() - begun:.0f} s")
    return wrong


def main() -> int:
    """Sweep all zones; 1 if a promise was broken anywhere."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--year", type=int, default=2027)
    asked.add_argument("--each-name", action="store_true")
    given = asked.parse_args()
    return 1 if asyncio.run(sweep(given.year, each_name=given.each_name)) else 0


if __name__ == "__main__":
    sys.exit(main())
