"""A process that was stopped in a transaction on PostgreSQL holds nobody up for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.postgres import KNOWS_LONGEST, LONGEST, async_engine
from storage.store import Store
from tests.storage.conftest import KEYRING, SHARED
from tests.support.postgres import sqlalchemy_url

LOCK = sa.text("SELECT pg_advisory_xact_lock(1, 1)")
LIMIT = 60.0
"""Real seconds on a busy machine."""
VERSION = sa.text("SELECT current_setting('server_version_num')::int / 10000")


async def demand_it_knows(url: sa.URL) -> None:
    """The server can end a transaction by its length; an older one leaves that to its admin."""
    engine = async_engine(url)
    async with engine.connect() as conn:
        version = (await conn.execute(VERSION)).scalar_one()
    await engine.dispose()
    if version < KNOWS_LONGEST:
        pytest.skip(f"PostgreSQL {version} ends no transaction by its length")


async def test_who_stops_between_preparing_a_statement_and_running_it_lets_go(
    postgres: Path,
) -> None:
    """To the server that is no idle transaction: it waits for the rest of what was begun."""
    url = sa.make_url(sqlalchemy_url(postgres, SHARED))
    await demand_it_knows(url)
    stopping, waiting = async_engine(url, longest="1s"), async_engine(url)
    try:
        async with stopping.connect() as stopped, waiting.connect() as other:
            await stopped.execute(LOCK)
            driver = (await stopped.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.prepare("SELECT 1")
            async with asyncio.timeout(LIMIT):
                await other.execute(LOCK)
            await stopped.invalidate()
    finally:
        await stopping.dispose()
        await waiting.dispose()


async def test_every_connection_of_the_store_is_bound_so(postgres: Path) -> None:
    url = sqlalchemy_url(postgres, SHARED)
    await demand_it_knows(sa.make_url(url))
    store = await Store.open(url, KEYRING)
    shown = sa.text("SHOW transaction_timeout")
    assert await store.read(lambda tx: tx.conn.execute(shown).scalar_one()) == LONGEST
    assert await store.write(lambda tx: tx.conn.execute(shown).scalar_one()) == LONGEST
    await store.close()
