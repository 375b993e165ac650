"""Brings erasings to their end: the receipt is out, so the address goes; and the engine's files
hold nothing of before. Used by the ticker and the command line.
"""

from __future__ import annotations

from functools import partial

from bot.clock import Clock
from storage import erasures
from storage.store import Store


async def bring_to_end(store: Store, clock: Clock) -> None:
    """Forget whoever has got the receipt, and let no file hold a deleted key any more.

    Where somebody reads just now, the files are cleaned at the next try.
    """
    for each in await store.read(erasures.list_done_with):
        await store.write(partial(erasures.finish, erasure=each, now=clock.now()))
    before = clock.now()
    if await store.read(erasures.count_unscrubbed) and await store.scrub():
        await store.write(partial(erasures.mark_scrubbed, before=before, now=clock.now()))
