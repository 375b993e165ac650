"""Reads the rules of time zones as this process has them, and lets what is to come follow them.

Used by the ticker once after each start: a process keeps the rules that it began with.
"""

from __future__ import annotations

import asyncio
import zoneinfo
from importlib.resources import files
from pathlib import Path

from bot.clock import Clock
from bot.services.planning import new_rules
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from storage import zone_rules
from storage.store import Store

PACKAGE = "tzdata"


async def follow_new_rules(store: Store, practice: Practice, clock: Clock) -> None:
    """All that is to come goes by the rules that this process has, a chunk a transaction."""
    names = await store.read(zone_rules.list_zones)
    rules = await asyncio.to_thread(lambda: {name: _read(name) for name in names})
    now = clock.now()
    while await store.write(lambda tx: new_rules.follow(Work(tx, practice, now, "zones"), rules)):
        pass


def _read(name: str) -> bytes:
    """In the form of the tz database's files."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, *name.split("/"))
        if path.is_file():
            return path.read_bytes()
    return files(PACKAGE).joinpath("zoneinfo", *name.split("/")).read_bytes()
