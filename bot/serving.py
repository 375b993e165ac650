"""An HTTP server inside the event loop, on a socket that is bound before: for the pages of health,
for the webhook and for the page of a demo.

It writes no log, takes no signal and names no software. It must never say how long it takes to stop
by itself: whoever uses it does.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_AT_ONCE = 200
"""Connections and requests beyond this are told 503."""


def listening(host: str, port: int) -> socket.socket:
    """A socket on which connections wait from now on. OSError: another program has the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.create_server((host, port), family=family)
    # asyncio turns Nagle's delay off only where the socket names its protocol; with it, what comes
    # in two pieces (the head and the body of an answer, two events) may take 40 ms
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=bound.detach())


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, *, closing_seconds: int
) -> AsyncIterator[None]:
    """``app`` answers meanwhile; afterwards nobody is let in, and what is being answered has so
    many seconds.
    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=closing_seconds,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield
    finally:
        await server.shutdown(sockets=[listener])


async def read_body(request: Request, most: int) -> bytes | None:
    """The body, whatever its length is said to be; None: it has more bytes than ``most``."""
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            return None
        parts.append(part)
    return b"".join(parts)
