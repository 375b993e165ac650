"""Reads the rules of time zones as this process has them, and lets what is to come follow them.

Used by the ticker once after each start, for a process keeps the rules that it began with; and by
the keeper, for zones that nobody lived by then.
"""

from __future__ import annotations

import asyncio
import zoneinfo
from collections.abc import Sequence
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
    rules = await _rules_of(await store.read(zone_rules.list_zones))
    now = clock.now()
    while await store.write(lambda tx: new_rules.follow(Work(tx, practice, now, "zones"), rules)):
        pass


async def note_new_zones(store: Store) -> None:
    """The rules of zones by which somebody has come to live since the start are known: without them
    the next update would find nothing to compare with, and move nothing.
    """
    new = await store.read(zone_rules.list_new_zones)
    if new:
        rules = await _rules_of(new)
        await store.write(lambda tx: new_rules.note(tx, rules))


async def _rules_of(names: Sequence[str]) -> dict[str, bytes]:
    return await asyncio.to_thread(lambda: {name: _read(name) for name in names})


def _read(name: str) -> bytes:
    """In the form of the tz database's files."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, *name.split("/"))
        if path.is_file():
            return path.read_bytes()
    return files(PACKAGE).joinpath("zoneinfo", *name.split("/")).read_bytes()
