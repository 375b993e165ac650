"""One furnished house a run, copied for each test: a migrated database with the shipped flows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.config.settings import Sending
from tests.support.house import House, by_webhook, furnish, open_house
from tests.support.made_once import made_once


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the database and key file to copy."""
    return made_once(tmp_path_factory, "furnished", lambda to: asyncio.run(furnish(to)))


@pytest.fixture
async def house(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A practice on a Monday morning, with nobody in it yet."""
    async with open_house(tmp_path, furnished) as opened:
        yield opened


@pytest.fixture
async def patient(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """The same with the waiting for more words that a practice has by default."""
    usual = {"more_seconds": Sending().more_seconds}
    async with open_house(tmp_path, furnished, sending=usual) as opened:
        yield opened


@pytest.fixture
async def delivered(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """The same with a webhook: Telegram delivers, over HTTP, to the door that `run` opens."""
    async with open_house(tmp_path, furnished, webhook=by_webhook()) as opened:
        yield opened


@pytest.fixture
async def open_practice(furnished: Path, tmp_path: Path) -> AsyncIterator[Any]:
    """Opens a practice that tells people at once; its settings of safety come as arguments."""
    houses: list[Any] = []

    async def opened(**safety: Any) -> House:
        found = open_house(tmp_path, furnished, safety={"alerts": "on", **safety})
        houses.append(found)
        return await found.__aenter__()

    yield opened
    for found in houses:
        await found.__aexit__(None, None, None)
