"""Fetches a calendar from its address over HTTPS, within limits of time and size.

Used by the worker that reads calendars. It must never name the address in a log or an error:
whoever knows it can read the calendar. It never follows a redirect to another host.
"""

from __future__ import annotations

import asyncio

import httpx

from bot.chat.connection import certificates
from bot.ports import NotFetched

SECONDS = 20.0
"""For the whole of it."""
MOST_REDIRECTS = 3
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that may be asked without TLS: nobody is in between."""


class HttpCalendars:
    """Calendars by HTTP; ``largest`` bytes at most."""

    def __init__(self, largest: int) -> None:
        self._largest = largest

    async def fetch(self, address: str) -> bytes | NotFetched:
        """The calendar at this address, or why there is none."""
        try:
            async with (
                asyncio.timeout(SECONDS),
                httpx.AsyncClient(
                    verify=certificates(), timeout=SECONDS, follow_redirects=False, trust_env=False
                ) as client,
            ):
                return await self._follow(client, httpx.URL(address))
        except TimeoutError:
            return NotFetched("it took too long")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return NotFetched(type(error).__name__)

    async def _follow(self, client: httpx.AsyncClient, url: httpx.URL) -> bytes | NotFetched:
        for _ in range(MOST_REDIRECTS + 1):
            if not may_be_asked(url):
                return NotFetched("it is not https")
            async with client.stream("GET", url) as response:
                if not response.is_redirect:
                    return await self._content(response)
                to = url.join(response.headers["location"])
            if to.host != url.host:
                return NotFetched("it leads to another host")
            url = to
        return NotFetched("it leads on and on")

    async def _content(self, response: httpx.Response) -> bytes | NotFetched:
        if response.status_code != httpx.codes.OK:
            return NotFetched(f"HTTP {response.status_code}")
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > self._largest:
                return NotFetched("too_large")
        return bytes(content)


def may_be_asked(url: httpx.URL) -> bool:
    """True for https, and for this machine itself."""
    return url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK)
