"""The door at which Telegram delivers: who is let in, how much is read, what each answer says."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.serving import listening, serving
from bot.webhook import MOST_BYTES, SECRET_HEADER
from bot.webhook import door as opened
from storage import inbox
from tests.bot.workers.trouble import refusing
from tests.support.house import HOOK_SECRET, House

KNOWN = {SECRET_HEADER: HOOK_SECRET}
MARK = b"\r\n\r\n"


@pytest.fixture
async def door(delivered: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the door; the house has a therapist."""
    await delivered.therapist()
    url = f"http://127.0.0.1:{delivered.app.settings.webhook.port}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


def update_of(house: House, number: int, text: str = "/help") -> dict[str, Any]:
    """A message of the therapist's, as Telegram would write it."""
    (chat_id,) = house.sandbox.world.account().chats
    person = {"id": chat_id, "is_bot": False, "first_name": "W"}
    chat = {"id": chat_id, "type": "private"}
    at = int(house.clock.now().timestamp())
    message = {"message_id": number, "date": at, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


async def waiting(house: House) -> int:
    """The number of updates that are on disk and not handled."""
    return await house.app.store.read(inbox.count_new)


async def test_what_was_taken_in_wakes_whoever_handles_it(delivered: House) -> None:
    await delivered.therapist()
    woken: list[None] = []
    delivered.app.webhook_intake.wake = lambda: woken.append(None)
    assert await delivered.app.webhook_intake.take(update_of(delivered, 7))
    assert await waiting(delivered) == len(woken) == 1


@pytest.mark.parametrize(
    "secret",
    [None, "", HOOK_SECRET[:-1], f"{HOOK_SECRET}x", HOOK_SECRET.upper(), "ä" * 20],
)
async def test_who_does_not_know_the_secret_is_told_nothing(
    delivered: House, door: httpx.AsyncClient, secret: str | None
) -> None:
    headers = {} if secret is None else {SECRET_HEADER: secret.encode("latin-1")}
    answer = await door.post("/telegram", json=update_of(delivered, 9), headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["connection"] == "close"
    assert not {"server", "x-powered-by"} & answer.headers.keys()
    assert await waiting(delivered) == 0


async def raw_answer(house: House, head: str, *parts: bytes) -> bytes:
    """The answer to a request of which the body is never finished."""
    port = house.app.settings.webhook.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head.encode() + MARK)
        for part in parts:
            writer.write(part)
        async with asyncio.timeout(20):
            return await reader.readuntil(MARK)
    finally:
        writer.close()


async def test_nothing_is_read_of_whoever_does_not_know_the_secret(
    delivered: House, door: httpx.AsyncClient
) -> None:
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n{SECRET_HEADER}: wrong"
    assert (await raw_answer(delivered, head)).startswith(b"HTTP/1.1 401"), "before its body came"


async def test_more_than_any_update_has_is_not_read_to_the_end(
    delivered: House, door: httpx.AsyncClient
) -> None:
    """Its length is what comes, not what is said of it."""
    known = f"Host: x\r\n{SECRET_HEADER}: {HOOK_SECRET}\r\nTransfer-Encoding: chunked"
    part = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    parts = [part] * (MOST_BYTES // 65536 + 1)
    answer = await raw_answer(delivered, f"POST / HTTP/1.1\r\n{known}", *parts)
    assert answer.startswith(b"HTTP/1.1 413")
    text = "x" * (MOST_BYTES - 2)
    largest = await door.post("/", content=json.dumps(text), headers=KNOWN)
    assert largest.status_code == 200, "of so many bytes it is read"


async def test_only_a_delivery_is_taken(delivered: House, door: httpx.AsyncClient) -> None:
    assert (await door.get("/telegram", headers=KNOWN)).status_code == 405
    assert (await door.get("/telegram")).status_code == 401


@pytest.mark.promise("P1a")
async def test_what_is_answered_with_200_is_on_disk_and_counts_once(
    delivered: House, door: httpx.AsyncClient
) -> None:
    update = update_of(delivered, 9)
    for path in ("/telegram", "/", "/telegram"):
        answer = await door.post(path, json=update, headers=KNOWN)
        assert (answer.status_code, answer.content) == (200, b"")
    assert await waiting(delivered) == 1


@pytest.mark.promise("P1a")
async def test_what_cannot_be_kept_is_asked_for_again_soon(
    delivered: House, door: httpx.AsyncClient
) -> None:
    with capture_logs() as lines:
        async with refusing(delivered.app.store, "INSERT ON inbox"):
            answer = await door.post("/", json=update_of(delivered, 9), headers=KNOWN)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    (line,) = [line for line in lines if line["event"] == "deliveries_not_kept"]
    assert "/help" not in str(line)
    assert (await door.post("/", json=update_of(delivered, 9), headers=KNOWN)).status_code == 200
    assert await waiting(delivered) == 1


@pytest.mark.promise("P1a")
async def test_while_another_program_holds_the_database_telegram_is_not_kept_waiting(
    delivered: House, door: httpx.AsyncClient
) -> None:
    socket = listening("127.0.0.1", 0)
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    page = opened(delivered.app, patience=0.2)
    held = os.open(delivered.folder / "interlude.db.writer", os.O_RDWR)
    async with serving(page, socket, closing_seconds=1):
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            for number in (9, 10):
                answer = await door.post(url, json=update_of(delivered, number), headers=KNOWN)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        finally:
            os.close(held)
        for number in (9, 10):
            answer = await door.post("/", json=update_of(delivered, number), headers=KNOWN)
            assert answer.status_code == 200
    assert await waiting(delivered) == 2, "each once, though the first may have been kept before"


async def test_an_empty_database_takes_nothing(delivered: House) -> None:
    url = f"http://127.0.0.1:{delivered.app.settings.webhook.port}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        answer = await client.post("/", json={"update_id": 1}, headers=KNOWN)
    assert answer.status_code == 503
    assert delivered.sandbox.calls["setWebhook"] == 0


NONSENSE = (b"", b"{", b"[1]", b"7", b'"\xff"', b"[" * 100_000, b'{"update_id": 5}')
"""Bodies that will never be an update."""


@pytest.mark.promise("P1d")
@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: repr(body[:6]))
async def test_what_nobody_will_ever_read_is_said_and_let_go(
    delivered: House, door: httpx.AsyncClient, body: bytes
) -> None:
    with capture_logs() as lines:
        answer = await door.post("/", content=body, headers=KNOWN)
    assert answer.status_code == 200
    assert [line["event"] for line in lines] == ["updates_unreadable"]
    assert await waiting(delivered) == 0


@pytest.mark.promise("P1d")
async def test_half_a_character_is_kept_as_with_polls(
    delivered: House, door: httpx.AsyncClient
) -> None:
    body = json.dumps(update_of(delivered, 9, "half \ud83d"))
    assert (await door.post("/", content=body, headers=KNOWN)).status_code == 200
    assert await waiting(delivered) == 1


async def test_deliveries_that_come_together_are_kept_in_the_order_of_their_numbers(
    delivered: House, door: httpx.AsyncClient
) -> None:
    intake, numbers = delivered.app.webhook_intake, [12, 7, 30, 9, 8]
    assert await asyncio.gather(*(intake.take(update_of(delivered, each)) for each in numbers)) == [
        True
    ] * len(numbers)
    kept = await delivered.rows("SELECT update_id FROM inbox WHERE state = 'new' ORDER BY id")
    assert kept == [(7,), (8,), (9,), (12,), (30,)]


async def test_one_delivery_that_fails_costs_the_others_nothing(
    delivered: House, door: httpx.AsyncClient
) -> None:
    intake, store = delivered.app.webhook_intake, delivered.app.store
    async with refusing(store, "INSERT ON inbox WHEN NEW.update_id = 8"):
        taken = await asyncio.gather(
            *(intake.take(update_of(delivered, each)) for each in (7, 8, 9))
        )
    assert taken == [True, False, True]
    assert await waiting(delivered) == 2


async def test_who_waited_too_long_does_not_hold_up_what_comes_later(
    delivered: House, door: httpx.AsyncClient
) -> None:
    intake = delivered.app.webhook_intake
    given_up = asyncio.ensure_future(intake.take(update_of(delivered, 7)))
    kept = asyncio.ensure_future(intake.take(update_of(delivered, 8)))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await kept
    await intake.finish(10)
    assert await waiting(delivered) in (1, 2)


async def test_the_wrong_clock_is_noticed_by_a_message_that_is_delivered(
    delivered: House, door: httpx.AsyncClient
) -> None:
    update = update_of(delivered, 9)
    update["message"]["date"] += 3600
    await door.post("/", json=update, headers=KNOWN)
    assert delivered.app.clock.standing == "wrong"
