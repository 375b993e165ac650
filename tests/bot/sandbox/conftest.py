"""A sandbox on a clock that stands still, the real client library pointed at it, and one person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.clock import TravelClock
from bot.sandbox import Person, Sandbox

PERSON = 77


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opt in to what ``retry_after`` will be, or the library warns at each 429."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> TravelClock:
    return TravelClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.fixture
async def sandbox(clock: TravelClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock) as running:
        yield running


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    client = Bot(
        sandbox.token,
        base_url=f"{sandbox.url}/bot",
        base_file_url=f"{sandbox.url}/file/bot",
        request=HTTPXRequest(),
        get_updates_request=HTTPXRequest(),
    )
    async with client:
        yield client


@pytest.fixture
def ana(sandbox: Sandbox) -> Person:
    """A person who has started the bot."""
    person = sandbox.person(PERSON, "Ana")
    person.start()
    return person
