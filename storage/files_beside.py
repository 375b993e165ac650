"""The files that SQLite makes beside a database file, and that belong to it alone.

Used where a copy is made, put in place or thrown away. A log or journal that a killed process left
must never lie beside another file of that name: SQLite would replay it into that one.
"""

from __future__ import annotations

from pathlib import Path

LOGS = ("-wal", "-shm", "-journal")


def discard(database: Path) -> None:
    """Nothing is left of the file, nor of what belonged to it."""
    for end in ("", *LOGS, ".writer"):
        database.with_name(database.name + end).unlink(missing_ok=True)
