"""The part of ``interlude doctor`` that looks at a PostgreSQL server: whether it keeps what it has
acknowledged, and whether its clock is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.cli.findings import Finding
from bot.cli.surroundings import CLOCK
from bot.config import Settings

if TYPE_CHECKING:
    from storage.database_server import Server

CLOSE = timedelta(seconds=30)
"""Clocks that differ by less are taken for right; leases go by the server's alone."""


def server_findings(settings: Settings) -> Iterator[Finding]:
    """Nothing for SQLite; the database must be there."""
    if settings.database.file is not None:
        return
    server, now = asyncio.run(_asked(settings))
    yield from of_server(server, now)


def of_server(server: Server, now: datetime) -> Iterator[Finding]:
    """Say what is wrong with the server, by this machine's clock, or that nothing is."""
    from storage.database_server import OLDEST

    for name in server.not_durable:
        says = f"{name} is off, so a power cut loses answers; set it to on, as it is by default"
        yield Finding("database server", "mend", says)
    if server.version < OLDEST:
        says = f"PostgreSQL {server.version} is older than {OLDEST}, which is not tried; upgrade it"
        yield Finding("database server", "look", says)
    apart = abs(server.now - now)
    if apart > CLOSE:
        seconds = round(apart.total_seconds())
        says = f"its clock and this machine's differ by {seconds} s; let both follow a time server"
        yield Finding("database server", "look", says)
    if not server.not_durable:
        says = f"PostgreSQL {server.version} keeps what it acknowledges; runs now: "
        yield Finding("database server", "good", f"{says}{server.living_runs}")


async def _asked(settings: Settings) -> tuple[Server, datetime]:
    from bot.app import open_store
    from storage import database_server

    async with open_store(settings) as store:
        found = await store.read(database_server.find)
        return found, CLOCK.now()
