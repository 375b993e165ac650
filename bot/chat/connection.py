"""The HTTP connections to the Bot API: one for polling, one pool for everything else."""

from __future__ import annotations

import os
import ssl
from functools import cache, partial
from typing import Any

import httpx
from telegram import Bot

from bot.chat.http_requests import PatientRequest, Slowed
from bot.checked_clock import CheckedClock

ASKED = "interlude.asked"
"""The name under which a request remembers when it was made."""
SPARE_CONNECTIONS = 12
"""Beside the sender's: for taps that are answered meanwhile, strangers and groups."""


def connect(
    token: str,
    api_url: str,
    *,
    parallel: int,
    clock: CheckedClock | None = None,
    slowed: Slowed | None = None,
) -> Bot:
    """A bot that is not yet initialised; it speaks HTTP to ``api_url``, and each answer is compared
    with ``clock``. ``slowed`` is told of each 429.
    """
    # python-telegram-bot's coming behaviour: without it every 429 raises a deprecation warning
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    root = api_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=PatientRequest(
            connection_pool_size=parallel + SPARE_CONNECTIONS,
            connect_timeout=5,
            read_timeout=15,
            write_timeout=10,
            pool_timeout=30,
            httpx_kwargs=_options(clock),
            slowed=slowed,
        ),
        get_updates_request=poll_connection(1),
    )


def poll_connection(
    size: int, clock: CheckedClock | None = None, slowed: Slowed | None = None
) -> PatientRequest:
    """A fresh connection for long polls, not yet opened."""
    return PatientRequest(
        connection_pool_size=size,
        connect_timeout=5,
        httpx_kwargs=_options(clock),
        slowed=slowed,
    )


def _options(clock: CheckedClock | None) -> dict[str, Any]:
    options: dict[str, Any] = {"verify": certificates()}
    if clock is not None:
        hooks = {"request": [partial(_note, clock)], "response": [partial(_compare, clock)]}
        options["event_hooks"] = hooks
    return options


async def _note(clock: CheckedClock, request: httpx.Request) -> None:
    request.extensions[ASKED] = clock.reading()


async def _compare(clock: CheckedClock, response: httpx.Response) -> None:
    clock.compare(response.request.extensions[ASKED], response.headers.get("date"))


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that are trusted, read once: reading them takes 60 ms a connection."""
    return httpx.create_ssl_context()
