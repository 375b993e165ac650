"""The control API under ``/sandbox``: a person's hands, eyes and the faults, for another process.

Crash tests and benchmarks drive a sandbox in its own process with it. Everything is JSON; an error
is ``{"error": ...}`` with 400. README.md lists the calls. It must never do what ``Person``,
``Faults`` and the ledger cannot do in process.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.client import PATIENCE, Person, wait_until
from bot.sandbox.faults import Fault
from bot.sandbox.ledger import Entry, Message
from bot.sandbox.transcript import transcript

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

Body = dict[str, Any]
Action = Callable[[Body], object]


def control_app(sandbox: Sandbox) -> Starlette:
    """The Starlette application of one sandbox."""
    hands = _Hands(sandbox)
    eyes = _Eyes(sandbox)
    posts: dict[str, Action] = {
        "say": hands.say,
        "start": hands.start,
        "tap": hands.tap,
        "tap_data": hands.tap_data,
        "burst": hands.burst,
        "block": hands.block,
        "unblock": hands.unblock,
        "raw": hands.raw,
        "duplicate": hands.duplicate,
        "jump": hands.jump,
        "fault": hands.fault,
        "flood": hands.flood,
        "clear": hands.clear,
        "latency": hands.latency,
        "proxy": hands.proxy,
    }
    routes = [
        Route(f"/sandbox/{name}", _post(act), methods=["POST"]) for name, act in posts.items()
    ]
    routes += [
        Route("/sandbox/ledger/{chat:int}", eyes.ledger),
        Route("/sandbox/screen/{chat:int}", eyes.screen),
        Route("/sandbox/transcript/{chat:int}", eyes.transcript),
        Route("/sandbox/counts", eyes.counts),
        Route("/sandbox/wait", eyes.wait),
    ]
    return Starlette(routes=routes)


def _post(action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse({"result": action(await request.json())})
        except (KeyError, TypeError, ValueError, LookupError, RuntimeError) as error:
            return JSONResponse({"error": str(error) or type(error).__name__}, status_code=400)

    return endpoint


class _Hands:
    """Calls that change the world; each takes the JSON body and returns something to the caller."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def _person(self, body: Body) -> Person:
        name = str(body.get("name") or f"P{body['chat']}")
        return self._sandbox.person(int(body["chat"]), name, language=body.get("language", "en"))

    def say(self, body: Body) -> object:
        return self._person(body).say(str(body["text"])).message_id

    def start(self, body: Body) -> object:
        return self._person(body).start(str(body.get("payload", ""))).message_id

    def tap(self, body: Body) -> object:
        return self._person(body).tap(str(body["label"]))

    def tap_data(self, body: Body) -> object:
        return self._person(body).tap_data(int(body["message"]), str(body["data"]))

    def burst(self, body: Body) -> object:
        """``items``: each a body of ``say`` or, with ``label``, of ``tap``."""
        items: list[Body] = list(body["items"])
        for item in items:
            if "label" in item:
                self.tap(item)
            else:
                self.say(item)
        return len(items)

    def block(self, body: Body) -> object:
        self._person(body).block()
        return True

    def unblock(self, body: Body) -> object:
        self._person(body).unblock()
        return True

    def raw(self, body: Body) -> object:
        return self._sandbox.send_raw(dict(body["update"]))

    def duplicate(self, body: Body) -> object:
        return self._sandbox.duplicate(body.get("update_id"))

    def jump(self, body: Body) -> object:
        self._sandbox.jump_update_id(int(body["to"]))
        return True

    def fault(self, body: Body) -> object:
        self._sandbox.faults.add(Fault(**body))
        return True

    def flood(self, body: Body) -> object:
        self._sandbox.faults.flood(float(body["seconds"]), body.get("chat"))
        return True

    def clear(self, body: Body) -> object:
        self._sandbox.faults.clear()
        return True

    def latency(self, body: Body) -> object:
        self._sandbox.faults.latency = float(body["seconds"])
        return True

    def proxy(self, body: Body) -> object:
        self._sandbox.proxy(str(body["public"]), *map(str, body["to"]))
        return True


class _Eyes:
    """The calls that only look."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def ledger(self, request: Request) -> Response:
        """All entries of a chat; ``kind`` and ``since`` (a number) narrow them."""
        entries = self._sandbox.ledger(request.path_params["chat"])
        entries = entries[int(request.query_params.get("since", "0")) :]
        kind = request.query_params.get("kind")
        return _json([entry for entry in entries if kind in (None, entry.kind)])

    async def screen(self, request: Request) -> Response:
        """The messages of a chat as they stand now, and the labels to tap."""
        person = self._sandbox.person(request.path_params["chat"])
        return _json({"messages": person.screen, "labels": person.labels})

    async def transcript(self, request: Request) -> Response:
        """The chat as readable text; ``zone`` is an IANA name, UTC by default."""
        zone = ZoneInfo(request.query_params.get("zone", "UTC"))
        chat_id = request.path_params["chat"]
        name = self._sandbox.person(chat_id).name
        return PlainTextResponse(transcript(self._sandbox.ledger(chat_id), name, zone))

    async def counts(self, request: Request) -> Response:
        """Calls by method, refusals by code, updates that wait, entries by kind over all chats."""
        return _json(self._figures())

    async def wait(self, request: Request) -> Response:
        """Return the counts once ``sent`` messages of the bot were seen, or 408 after ``limit``."""
        wanted = int(request.query_params["sent"])
        limit = float(request.query_params.get("limit", PATIENCE))
        world = self._sandbox.world
        try:
            await wait_until(world, lambda: self._sent() >= wanted, limit, f"{wanted} messages")
        except TimeoutError:
            return JSONResponse(self._figures(), status_code=408)
        return _json(self._figures())

    def _sent(self) -> int:
        return self._sandbox.world.account().entries["sent"]

    def _figures(self) -> Body:
        account = self._sandbox.world.account()
        return {
            "calls": dict(self._sandbox.calls),
            "refusals": {str(code): n for code, n in self._sandbox.refusals.items()},
            "pending": account.updates.pending,
            "webhook": account.webhook.url,
            "quiet": self._sandbox.quiet,
            "entries": dict(account.entries),
        }


def _json(value: object) -> Response:
    return Response(json.dumps(value, default=_plain), media_type="application/json")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Entry | Message):
        return asdict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
