"""A process that writes to its parent's database: run by test_storage_processes.

Arguments: url, check-in id, how often. Each write loads the check-in and saves it one turn further.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from storage import audit, check_ins
from storage.data_keys import Keyring
from storage.store import Store, Tx
from tests.storage.practice import NOW


async def write(url: str, check_in_id: int, times: int) -> None:
    store = await Store.open(url, Keyring({1: bytes(range(32))}))

    def one_turn(tx: Tx) -> None:
        stored = check_ins.load(tx, check_in_id)
        state = replace(stored.state, turn_no=stored.state.turn_no + 1)
        check_ins.save(tx, stored, state, now=NOW)
        audit.add(tx, now=NOW, actor="process", action="turn", subject=str(state.turn_no))

    try:
        for _ in range(times):
            await store.write(one_turn)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
