"""One page on 127.0.0.1: its document, its assets, its events, and what can be done there.

Used by ``interlude demo`` and ``interlude flows try --page``. Only a browser on this machine that
came to the page's own address gets in, and only the page itself may do something: another site that
is open beside it, or that made its name point here, is refused. It must never answer with a stack
trace, nor let the page ask anybody else for anything.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.page.feed import Feed
from bot.serving import listening, read_body, serving

HOST = "127.0.0.1"
ASSETS = Path(__file__).parent / "assets"
MOST_BYTES = 64 * 1024
"""The longest message in Telegram has 4096 characters; JSON may write one in twelve bytes."""
CLOSING_SECONDS = 1

Document = Literal["demo.html", "try.html"]
Json = Mapping[str, Any]

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "application/pdf"})
"""The kinds of files that open in the browser; any other is saved, as it might be a page."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class CannotNow:
    """It cannot be done now; ``why`` is a sentence for the person, in the page's language."""

    why: str


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A picture or a document of a chat."""

    name: str
    mime: str
    content: bytes = field(repr=False)


Deed = Callable[[Json], Awaitable[Json | CannotNow | None]]
"""Something that can be done: what the page sends, and what it is answered; None: nothing more."""
FindFile = Callable[[str], Awaitable[ShownFile | None]]
"""The file with this id; None: there is none."""


@asynccontextmanager
async def shown(
    document: Document,
    feed: Feed,
    *,
    deeds: Mapping[str, Deed],
    find_file: FindFile,
    port: int = 0,
) -> AsyncIterator[str]:
    """The page is there meanwhile, at the address that comes back; port 0 takes a free one.
    Afterwards ``feed`` is closed. OSError: another program has the port.
    """
    listener = listening(HOST, port)
    at = listener.getsockname()[1]
    app = _Guarded(_pages(document, feed, deeds, find_file), at)
    async with serving(app, listener, closing_seconds=CLOSING_SECONDS):
        try:
            yield f"http://{HOST}:{at}/"
        finally:
            feed.close()


class _Guarded:
    """Lets in whoever came to the page's own address, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._own = {f"{HOST}:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self._app if self._may_come_in(scope) else PlainTextResponse("refused\n", 403)
        await app(scope, receive, send_guarded)

    def _may_come_in(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        own = host in self._own
        return own and (scope["method"] != "POST" or headers.get("origin") == f"http://{host}")


def _pages(
    document: Document, feed: Feed, deeds: Mapping[str, Deed], find_file: FindFile
) -> Starlette:
    async def show_document(_: Request) -> Response:
        return _asset(document)

    async def show_asset(request: Request) -> Response:
        return _asset(request.path_params["name"])

    async def tell(request: Request) -> Response:
        languages = request.headers.get("accept-language", "")
        return StreamingResponse(feed.window(languages), media_type="text/event-stream")

    async def show_file(request: Request) -> Response:
        return _file(await find_file(request.path_params["file_id"]))

    async def do(request: Request) -> Response:
        deed = deeds.get(request.path_params["what"])
        return Response(status_code=404) if deed is None else await _done(deed, request)

    return Starlette(
        routes=[
            Route("/", show_document),
            Route("/assets/{name}", show_asset),
            Route("/events", tell),
            Route("/media/{file_id}", show_file),
            Route("/do/{what}", do, methods=["POST"]),
        ]
    )


@cache
def _assets() -> Mapping[str, Path]:
    return {path.name: path for path in ASSETS.iterdir() if path.suffix in TYPES}


def _asset(name: str) -> Response:
    path = _assets().get(name)
    if path is None:
        return Response(status_code=404)
    return Response(path.read_bytes(), media_type=TYPES[path.suffix])


def _file(found: ShownFile | None) -> Response:
    if found is None:
        return Response(status_code=404)
    way = "inline" if found.mime in SHOWN else "attachment"
    headers = {"Content-Disposition": f"{way}; filename*=UTF-8''{quote(found.name, safe='')}"}
    return Response(found.content, media_type=found.mime, headers=headers)


async def _done(deed: Deed, request: Request) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return Response(status_code=415)
    body = await read_body(request, MOST_BYTES)
    if body is None:
        return Response(status_code=413)
    wish = _object(body)
    if wish is None:
        return Response(status_code=400)
    answer = await deed(wish)
    if isinstance(answer, CannotNow):
        return JSONResponse({"error": answer.why}, status_code=409)
    return JSONResponse({} if answer is None else answer)


def _object(body: bytes) -> Json | None:
    """The JSON object that it is; None: it is something else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
