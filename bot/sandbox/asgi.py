"""The HTTP face: one raw ASGI application that reads a call, asks faults and methods, and answers.

Used by ``server``. It is deliberately without a framework, because benchmarks go through it; the
control API under ``/sandbox`` is a Starlette application beside it. It must never keep state of its
own but counters.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

from bot.sandbox.faults import CLOSE, GARBLED, LATE, Fault, Faults
from bot.sandbox.methods import METHODS, Call, Method
from bot.sandbox.methods.files import content
from bot.sandbox.refusal import RefusedError
from bot.sandbox.requests import read_params
from bot.sandbox.world import World

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Answer = tuple[int, bytes, bytes]

JSON = b"application/json"
BROKEN_OFF = b'{"ok":true,"result":{'
BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>"
)


class Front:
    """The ASGI application; ``calls`` counts by method, ``refusals`` error answers by code."""

    def __init__(self, world: World, faults: Faults, closing: asyncio.Event) -> None:
        self.world = world
        self.faults = faults
        self.calls: Counter[str] = Counter()
        self.refusals: Counter[int] = Counter()
        self.in_flight = 0
        self.control: App | None = None
        self.cut: Callable[[Scope], None] | None = None
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith("/bot"):
            await self._bot(scope, receive, send)
        elif path.startswith("/file/bot"):
            await self._respond(send, self._file(path.removeprefix("/file/bot")))
        elif path.startswith("/sandbox") and self.control is not None:
            await self.control(scope, receive, send)
        else:
            await self._respond(send, _error(RefusedError(404, "Not Found")))

    async def _bot(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, _, name = scope["path"].removeprefix("/bot").partition("/")
        body = await _read(receive)
        if body is None:
            return
        self.in_flight += 1
        try:
            answer = await self._answer(token, name, scope, body, receive)
        except RefusedError as error:
            self.refusals[error.code] += 1
            answer = _error(error)
        finally:
            self.in_flight -= 1
            self.world.touch()
        if answer is None:
            await self._hang_up(scope, receive)
        else:
            await self._respond(send, answer)

    async def _answer(
        self, token: str, name: str, scope: Scope, body: bytes, receive: Receive
    ) -> Answer | None:
        account = self.world.accounts.get(token)
        if account is None:
            raise RefusedError(401, "Unauthorized")
        method = METHODS.get(name.lower())
        self.calls[method.name if method else "unknown"] += 1
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        call = Call(account, read_params(scope["query_string"], _content_type(scope), body))
        chat_id = call.params.integer("chat_id")
        before = self.faults.pick("before", name.lower(), chat_id)
        if before is not None:
            await self._delay(before)
            if before.status != LATE:
                return self._broken(before)
        if method is None:
            raise RefusedError(404, "Not Found: method not found")
        answer = _ok(await self._effect(method, call, chat_id, receive))
        after = self.faults.pick("after", name.lower(), chat_id)
        if after is None:
            return answer
        await self._delay(after)
        return answer if after.status == LATE else self._broken(after)

    async def _effect(
        self, method: Method, call: Call, chat_id: int | None, receive: Receive
    ) -> object:
        if method.counted:
            self.faults.check_pace(chat_id)
        result = method.run(call)
        return await self._held(result, call, receive) if inspect.isawaitable(result) else result

    async def _held(self, result: Awaitable[object], call: Call, receive: Receive) -> object:
        """Wait for a long poll, not counted as in flight; it ends when the client goes away."""

        def gone(_: asyncio.Future[object]) -> None:
            call.poll.over = True
            call.poll.wake.set()

        watch = asyncio.ensure_future(receive())
        watch.add_done_callback(gone)
        self.in_flight -= 1
        if self._closing.is_set():
            call.poll.over = True
        try:
            return await result
        finally:
            self.in_flight += 1
            watch.cancel()
            await asyncio.wait({watch})

    async def _delay(self, fault: Fault) -> None:
        if fault.delay > 0:
            await self.world.clock.wait(self._closing, fault.delay)

    def _broken(self, fault: Fault) -> Answer | None:
        if fault.status == CLOSE:
            return None
        if fault.status == GARBLED:
            return 200, BROKEN_OFF, JSON
        self.refusals[fault.status] += 1
        if fault.status == 502:
            return 502, BAD_GATEWAY, b"text/html"
        return _error(fault.refusal())

    async def _hang_up(self, scope: Scope, receive: Receive) -> None:
        if self.cut is not None:
            self.cut(scope)
        while (await receive())["type"] != "http.disconnect":
            continue

    async def _respond(self, send: Send, answer: Answer) -> None:
        """As Telegram does, each answer says what time it is, by this clock."""
        status, body, kind = answer
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if self.faults.says_date:
            date = format_datetime(self.world.clock.now(), usegmt=True)
            headers.append((b"date", date.encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _file(self, rest: str) -> Answer:
        token, _, path = rest.partition("/")
        account = self.world.accounts.get(token)
        if account is None:
            return _error(RefusedError(401, "Unauthorized"))
        found = content(account, path)
        if found is None:
            return _error(RefusedError(404, "Not Found"))
        return 200, found, b"application/octet-stream"


def _content_type(scope: Scope) -> bytes:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value for name, value in headers if name == b"content-type"), b"")


async def _read(receive: Receive) -> bytes | None:
    """The whole body, None if the client went away before it was complete."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _ok(result: object) -> Answer:
    return 200, json.dumps({"ok": True, "result": result}, separators=(",", ":")).encode(), JSON


def _error(error: RefusedError) -> Answer:
    shape: dict[str, object] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    if error.retry_after is not None:
        shape["parameters"] = {"retry_after": error.retry_after}
    return error.code, json.dumps(shape).encode(), JSON
