"""The door at which Telegram delivers, where the settings name a webhook: one page that takes an
update in and answers once it is on disk.

Served by ``interlude run`` behind a proxy that ends TLS. Whoever does not know the secret is told
nothing, and nothing of what they send is read. It must never answer 200 to what is not committed.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import App, NoDoorError
from bot.chat.update_json import newest, read_json
from bot.serving import listening, read_body, serving

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1 << 20
"""An update of Telegram's has some kilobytes; the longest message with all its marks far fewer."""
PATIENCE = 25.0
"""Real seconds for one delivery; Telegram waits for sixty, and then delivers it again."""
AGAIN_SECONDS = 5
"""Telegram is asked to deliver again so soon what could not be kept, rather than minutes later."""
CLOSING_SECONDS = 10


def door(app: App, patience: float = PATIENCE) -> ASGIApp:
    """The page; its address does not matter, as a proxy may change it. After ``patience`` real
    seconds Telegram is told to deliver again.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if not _knows(request, app.settings.webhook.secret.get_secret_value()):
            response = _turned_away(401)
        elif request.method != "POST":
            response = _turned_away(405)
        else:
            response = await _delivered(app, request, patience)
        await response(scope, receive, send)

    return answer


@asynccontextmanager
async def delivered_to(app: App) -> AsyncIterator[None]:
    """Telegram can deliver meanwhile. Afterwards nothing comes in any more, and what came is
    committed; the webhook stays set. NoDoorError: it cannot listen.
    """
    webhook = app.settings.webhook
    try:
        listener = listening(webhook.host, webhook.port)
    except OSError as error:
        raise NoDoorError(error.strerror or type(error).__name__) from error
    async with serving(door(app), listener, closing_seconds=CLOSING_SECONDS):
        yield
    await app.webhook_intake.finish(CLOSING_SECONDS)


def _knows(request: Request, secret: str) -> bool:
    said = request.headers.get(SECRET_HEADER, "")
    return bool(secret) and hmac.compare_digest(said.encode("latin-1"), secret.encode())


def _turned_away(status: int) -> Response:
    """Without a word; the connection ends, so that nothing more is read from it."""
    return Response(status_code=status, headers={"Connection": "close"})


def _again() -> Response:
    """Telegram keeps what gets this answer, and delivers it again."""
    return Response(status_code=503, headers={"Retry-After": str(AGAIN_SECONDS)})


async def _delivered(app: App, request: Request, patience: float) -> Response:
    try:
        async with asyncio.timeout(patience):
            body = await read_body(request, MOST_BYTES)
            return _turned_away(413) if body is None else await _taken_in(app, body)
    except ClientDisconnect:
        return _turned_away(400)
    except TimeoutError:
        return _again()


async def _taken_in(app: App, body: bytes) -> Response:
    """Take it in. A body that can never be read is said in the log and let go: delivered again it
    would be no better, and the rest of its chat would wait behind it.
    """
    try:
        update: Any = read_json(body)
    except (ValueError, RecursionError):
        log.error("updates_unreadable", kinds={"not_json": 1})
        return Response(status_code=200)
    at = newest((update,))
    if at is not None:
        app.clock.hear(at)
    return Response(status_code=200) if await app.webhook_intake.take(update) else _again()
