"""Spares the tests two kinds of waiting that prove nothing: for a disk, and for the collector.

Used by ``tests/conftest.py``. Every story has a database of its own and commits a hundred times,
each time down to the disk; a file in memory is as real to SQLite and outlives a killed process as
well. It must never change what a test sees: without such a place, all is as slow and as right.
"""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
"""Bytes that must be free there; a whole run leaves less than half of it."""
_NAME = f"interlude-tests-{os.getuid() if hasattr(os, 'getuid') else 0}-"


def folder_in_memory() -> Path | None:
    """A name for a folder of this process in memory; None where there is no room for one. What
    runs that were killed left there is removed.
    """
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    for left in MEMORY.glob(f"{_NAME}*"):
        if not Path(f"/proc/{left.name.removeprefix(_NAME)}").exists():
            shutil.rmtree(left, ignore_errors=True)
    return MEMORY / f"{_NAME}{os.getpid()}"


def collect_seldom() -> None:
    """The modules that all tests share are never looked through again for what can be freed."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
