"""The browser, one process for all tests of the pages, and a practice to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.bot.page.invented import Invented
from tests.support.browser import launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all; each window is a room of its own."""
    async with launched() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def invented() -> AsyncIterator[Invented]:
    """A page whose practice is made up."""
    practice = Invented()
    async with practice.served():
        yield practice
