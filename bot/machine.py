"""The machine as the process sees it: room on the disk, its version, the key file.

Used by what watches over it and by /status. It must never be asked in a loop over people: it asks
the operating system each time.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import version

from bot.config import Settings

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Room:
    """The room on the disk of the database, in megabytes: how much there is and should be."""

    free: int
    wanted: int


def room_of(settings: Settings) -> Room | None:
    """The room on the disk on which the database lies; None: it lies on a server, or nobody knows.

    Wanted is what the settings say, and at least twice the database: a copy of it must fit.
    """
    file = settings.database.file
    if file is None:
        return None
    try:
        free = shutil.disk_usage(file.parent).free
        size = file.stat().st_size
    except OSError:
        return None
    return Room(free // MEGABYTE, max(settings.health.disk_free_mb, 2 * size // MEGABYTE))


def own_version() -> str:
    """The version of Interlude that runs."""
    return version("interlude")
