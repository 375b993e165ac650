"""Deliveries to a webhook: several at once, one chat in order, again until the answer is 200."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest

from bot.clock import TravelClock
from bot.sandbox import Person, Sandbox
from bot.serving import listening, serving

PUBLIC = "https://bot.example"
HOOK = f"{PUBLIC}/hook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Listener:
    """A door that answers as it is told and remembers what came."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    came: list[tuple[str, Any]] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    third: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> Response:
        """Take one delivery."""
        self.secrets.add(request.headers.get(SECRET_HEADER))
        update = await request.json()
        self.came.append((request.url.path, update))
        if len(self.came) >= 3:
            self.third.set()
        await self.may_answer.wait()
        return Response(status_code=self.status, headers=self.headers)

    @property
    def texts(self) -> list[str]:
        """What was written, as it came."""
        return [update["message"]["text"] for _, update in self.came]


@pytest.fixture
async def listener(sandbox: Sandbox) -> AsyncIterator[Listener]:
    made = Listener()
    made.may_answer.set()
    socket = listening("127.0.0.1", 0)
    sandbox.proxy(PUBLIC, f"http://127.0.0.1:{socket.getsockname()[1]}")
    page = Starlette(routes=[Route("/hook", made.answer, methods=["POST"])])
    async with serving(page, socket, closing_seconds=1):
        yield made
        made.may_answer.set()


async def test_what_waits_is_delivered_with_the_secret_and_counts_as_confirmed(
    sandbox: Sandbox, bot: Bot, ana: Person, listener: Listener
) -> None:
    ana.say("one")
    await bot.set_webhook(HOOK, secret_token="s3cret", max_connections=7)
    await sandbox.until_delivered()
    assert listener.texts == ["/start", "one"]
    assert {path for path, _ in listener.came} == {"/hook"}
    assert listener.secrets == {"s3cret"}
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.max_connections) == (0, 7)
    assert info.last_error_date is None
    assert sandbox.quiet
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook(HOOK, secret_token="no secret")


async def test_one_chat_comes_in_order_and_others_meanwhile(
    sandbox: Sandbox, bot: Bot, ana: Person, listener: Listener
) -> None:
    await bot.set_webhook(HOOK)
    await sandbox.until_delivered()
    listener.may_answer.clear()
    other = sandbox.person(78, "Bea")
    ana.say("one")
    ana.say("two")
    other.start()
    async with asyncio.timeout(10):
        await listener.third.wait()
    assert listener.texts[1:] == ["one", "/start"], "the second waits for the first's answer"
    listener.may_answer.set()
    await sandbox.until_delivered()
    assert listener.texts[3:] == ["two"]


async def test_it_is_delivered_again_until_it_is_taken(
    sandbox: Sandbox, bot: Bot, ana: Person, listener: Listener, clock: TravelClock
) -> None:
    listener.status = 503
    await bot.set_webhook(HOOK)
    await sandbox.until_delivered()
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 1
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    tries = [1]
    for seconds in (1, 1, 1, 3, 1):
        clock.jump(clock.now() + timedelta(seconds=seconds))
        await sandbox.until_delivered()
        tries.append(len(listener.came))
    assert tries == [1, 2, 2, 3, 3, 4], "after 1, 2 and 4 seconds"
    listener.headers = {"Retry-After": "5"}
    clock.jump(clock.now() + timedelta(seconds=8))
    await sandbox.until_delivered()
    assert len(listener.came) == 5
    listener.status = 200
    clock.jump(clock.now() + timedelta(seconds=5))
    await sandbox.until_delivered()
    assert len(listener.came) == 6, "sooner, as it was asked to"
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_only_another_webhook_begins_anew(
    sandbox: Sandbox, bot: Bot, ana: Person, listener: Listener
) -> None:
    listener.status = 500
    await bot.set_webhook(HOOK)
    await sandbox.until_delivered()
    await bot.set_webhook(HOOK)
    await sandbox.until_delivered()
    assert len(listener.came) == 1, "it is set already"
    await bot.delete_webhook()
    await bot.set_webhook(HOOK)
    await sandbox.until_delivered()
    assert len(listener.came) == 2


async def test_it_speaks_to_its_own_machine_only(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="own machine"):
        sandbox.proxy(PUBLIC, "http://192.0.2.1:80")


async def test_where_one_listener_is_down_the_next_one_takes_it(
    sandbox: Sandbox, bot: Bot, ana: Person, listener: Listener
) -> None:
    (up,) = sandbox.world.proxies[PUBLIC]
    with listening("127.0.0.1", 0) as taken:
        down = f"http://127.0.0.1:{taken.getsockname()[1]}"
    sandbox.proxy(PUBLIC, down, up)
    await bot.set_webhook(HOOK)
    await sandbox.until_delivered()
    assert listener.texts == ["/start"]
    assert (await bot.get_webhook_info()).last_error_date is None
