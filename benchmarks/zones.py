"""Every zone of the tz database over two years: daily check-ins at awkward times, one a local date.

Run with ``python -m benchmarks.zones [first year]``. For each zone and clock time, with and without
quiet hours, each local date must have exactly one slot: none early, none in quiet hours, at its
wall time unless the clock jumps over it. Ends with 1 if any rule is broken anywhere.
"""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from flows.schedule.local_time import at_local, wall_at
from flows.schedule.occurrences import Slot, plan
from flows.schedule.quiet import QuietHours
from flows.schedule.timing import Schedule
from flows.schedule.zones import zone
from flows.triggers.daily import Daily

WALLS = (time(0), time(0, 30), time(2, 15), time(2, 30), time(18))
QUIETS = (None, QuietHours(time(21, 30), time(8)), QuietHours(time(22), time(2, 30)))
DAY = timedelta(days=1)
MOST_SHOWN = 20


def problems(place: ZoneInfo, wall: time, quiet: QuietHours | None, year: int) -> Iterator[str]:
    """Each broken rule as a line."""
    first, last = date(year, 1, 1), date(year + 2, 1, 1)
    start, end = (datetime.combine(day, time(), UTC) - DAY for day in (first, last))
    slots = plan(
        Schedule(Daily(wall)),
        zone=place,
        enrolled_at=start - 9 * DAY,
        after=start - 2 * DAY,
        until=end + 3 * DAY,
        quiet=quiet,
        seed=0,
    )
    named = f"{place.key} {wall} {quiet}"
    dates = [slot.local_on for slot in slots if first <= slot.local_on < last]
    wanted = [first + n * DAY for n in range((last - first).days)]
    exist = [day for day in wanted if wall_at(at_local(day, time(12), place), place).date() == day]
    if dates != exist:
        yield f"{named}: dates {sorted(set(exist) ^ set(dates))[:3]}"
    for slot in slots:
        yield from (f"{named}: {why} {slot}" for why in _broken(slot, wall, place, quiet))


def _broken(slot: Slot, wall: time, place: ZoneInfo, quiet: QuietHours | None) -> Iterator[str]:
    shown = wall_at(slot.due_at, place)
    promised = datetime.combine(slot.local_on, wall)
    if shown < promised:
        yield "early"
    if quiet is not None and quiet.hold(shown.time()):
        yield "in quiet hours"
    if shown != promised and (quiet is None or not quiet.hold(wall)):
        exists = at_local(slot.local_on, wall, place).astimezone(place).replace(tzinfo=None)
        if exists == promised and quiet is None:
            yield "moved for nothing"


def main() -> int:
    """Sweep all zones; the count of slots, the time taken, and what was broken."""
    clock = SystemClock()
    year = int(sys.argv[1]) if len(sys.argv) > 1 else 2026
    names = sorted(zoneinfo.available_timezones())
    begun = clock.monotonic()
    found: list[str] = []
    for name in names:
        for wall in WALLS:
            for quiet in QUIETS:
                found += problems(zone(name), wall, quiet, year)
    for line in found[:MOST_SHOWN]:
        sys.stdout.write(line + "\n")
    swept = len(names) * len(WALLS) * len(QUIETS)
    sys.stdout.write(
        f"{len(names)} zones, {year} and {year + 1}: {swept} sweeps of 730 days, "
        f"{len(found)} problems, {clock.monotonic() - begun:.0f} s\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
