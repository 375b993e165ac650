"""The server of a PostgreSQL database as far as promises hang on it. Used by ``interlude doctor``.

It must never be asked of SQLite, whose settings are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import runs
from storage.store import Tx

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
"""Settings without which an acknowledged answer may be lost at a power cut."""
OLDEST = 13
"""The oldest version for which the tests' statements are known to be understood."""


@dataclass(frozen=True, slots=True)
class Server:
    """The facts of a server."""

    version: int
    """The number before the point."""
    not_durable: tuple[str, ...]
    """Those of ``DURABLE`` that are off."""
    now: datetime
    living_runs: int


def find(tx: Tx) -> Server:
    """Ask the server that this transaction is on."""
    version = int(_shown(tx, "server_version_num")) // 10_000
    off = tuple(name for name in DURABLE if _shown(tx, name) == "off")
    return Server(version, off, runs.database_now(tx), len(runs.list_living(tx)))


def _shown(tx: Tx, setting: str) -> str:
    query = sa.text("SELECT current_setting(:name)")
    return str(tx.conn.execute(query, {"name": setting}).scalar_one())
