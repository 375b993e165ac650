"""A far end that hangs, resets or breaks off: a request that surely never left may be repeated, any
other one may have had its effect.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import Bot

from bot.chat.connection import poll_connection
from bot.chat.http_requests import PatientRequest
from bot.chat.transport import BotTransport
from bot.messages import File, Message
from bot.ports import Delivery, RetryLater, Uncertain
from bot.report.chart_picture import picture_of

SHORT, LONG = 0.2, 60.0
"""Real seconds: nothing here is waited for that could come within the short ones."""
HALF = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"
LARGE = File("large.pdf", b"x" * 30_000_000, is_picture=False)
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def speaking_to(answer: Answer, *, reading: float = SHORT) -> AsyncIterator[BotTransport]:
    """A transport with one connection to a far end that treats each request so."""
    served: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(writer)
        await answer(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1024)
    async with transport_to(server.sockets[0].getsockname()[1], reading) as transport:
        yield transport
    for writer in served:
        writer.transport.abort()
    server.close()


@asynccontextmanager
async def transport_to(port: int, reading: float = SHORT) -> AsyncIterator[BotTransport]:
    request = PatientRequest(
        connection_pool_size=1,
        connect_timeout=SHORT,
        read_timeout=reading,
        write_timeout=SHORT,
        pool_timeout=SHORT,
        media_write_timeout=SHORT,
    )
    bot = Bot(
        "77:secret",
        base_url=f"http://127.0.0.1:{port}/bot",
        request=request,
        get_updates_request=poll_connection(1),
    )
    yield BotTransport(bot, picture_of)
    await request.shutdown()


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Read all of it and never answer, whether it had its effect or not."""
    await reader.read()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    kept = writer.get_extra_info("socket")
    # closed with nothing left to wait for, the other side sees a reset
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HALF)
    await writer.drain()
    writer.close()


async def read_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("answer", "file", "reason"),
    [
        (hang, None, "ReadTimeout"),
        (reset, None, "ReadError"),
        (break_off, None, "RemoteProtocolError"),
        (read_nothing, LARGE, "WriteTimeout"),
    ],
    ids=["hang", "reset", "break_off", "read_nothing"],
)
async def test_a_request_that_left_may_have_had_its_effect(
    answer: Answer, file: File | None, reason: str
) -> None:
    async with speaking_to(answer) as transport:
        found = await transport.send(5, Message("text", file=file))
    assert found == Uncertain(reason)


async def test_a_request_that_found_no_free_connection_never_left() -> None:
    came = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        came.set()
        await reader.read()

    async with speaking_to(hold, reading=LONG) as transport:
        first = asyncio.create_task(transport.send(5, Message("first")))
        await came.wait()
        found: Delivery = await transport.send(6, Message("second"))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert found == RetryLater(2.0, "PoolTimeout")


async def test_a_request_that_nobody_accepts_never_left() -> None:
    """A machine that is overloaded, or a wall that swallows: the connection never comes about."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = int(full.getsockname()[1])
        waiting = [socket.socket() for _ in range(8)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        async with transport_to(port) as transport:
            found = await transport.send(5, Message("text"))
        for each in waiting:
            each.close()
    assert found == RetryLater(2.0, "ConnectTimeout")
