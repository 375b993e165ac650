"""Raw updates: whatever an HTTP server may answer becomes updates or a reason, never an error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.chat.connection import connect
from bot.chat.polling import RawUpdates
from bot.chat.transport import BotTransport
from bot.checked_clock import CheckedClock
from bot.clock import SystemClock
from bot.messages import Message
from bot.ports import Polled, PollFailed, RetryLater
from bot.report.chart_picture import picture_of

TOKEN = "77:secret"


@asynccontextmanager
async def answering(body: bytes, status: str = "200 OK") -> AsyncIterator[str]:
    """A far end that says this to everything; its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _poll(url: str) -> Polled | PollFailed:
    updates = RawUpdates(TOKEN, url, CheckedClock(SystemClock()))
    try:
        return await updates.poll(None, 0)
    finally:
        await updates.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>captive portal</html>", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[]", "not_updates"),
        (b'{"ok": true}', "not_updates"),
        (b'{"ok": false, "result": "x"}', "not_updates"),
    ],
    ids=["html", "bytes", "deep", "list", "nothing", "text"],
)
async def test_a_body_that_is_no_answer(body: bytes, reason: str) -> None:
    async with answering(body) as url:
        assert await _poll(url) == PollFailed(reason, 1.0)


async def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    body = rb'{"ok": true, "result": [{"update_id": 1, "a": "x\ud83d", "b": "\ud83d\ude42"}]}'
    async with answering(body) as url:
        found = await _poll(url)
    assert found == Polled(({"update_id": 1, "a": "x?", "b": "\N{SLIGHTLY SMILING FACE}"},))


async def test_nobody_listens() -> None:
    async with answering(b"") as url:
        pass
    assert await _poll(url) == PollFailed("ConnectError", 1.0)


@pytest.mark.parametrize(
    ("status", "reason", "advice"),
    [
        ("401 Unauthorized", "http_401", "revoked"),
        ("404 Not Found", "http_404", "no bot"),
        ("409 Conflict", "second_poller", "another"),
    ],
)
async def test_a_refusal_comes_with_advice_and_never_with_the_token(
    status: str, reason: str, advice: str
) -> None:
    async with answering(b'{"ok": false, "description": "No"}', status) as url:
        found = await _poll(url)
    assert isinstance(found, PollFailed)
    assert (found.reason, found.wait_seconds) == (reason, 1.0)
    assert advice in (found.advice or "")
    assert TOKEN not in repr(found)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"ok": false, "parameters": {"retry_after": 7}}', 7),
        (b'{"ok": false, "parameters": {"retry_after": 0}}', 1),
        (b'{"ok": false, "parameters": {}}', 1),
        (b'{"ok": false}', 1),
        (b"<html>slow down</html>", 1),
        (b"[]", 1),
    ],
)
async def test_a_429_always_says_how_long_to_wait(body: bytes, seconds: float) -> None:
    async with answering(body, "429 Too Many Requests") as url:
        assert await _poll(url) == PollFailed("slow_down", seconds)
        bot = connect(TOKEN, url, parallel=1)
        sent = await BotTransport(bot, picture_of).send(5, Message("text"))
        assert sent == RetryLater(seconds, "slow_down", slow_down=True)
        await bot.shutdown()
