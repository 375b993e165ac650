"""The service: addresses, encodings, closing, the specification, and the control API."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.clock import TravelClock
from bot.sandbox import Person, Sandbox
from bot.sandbox.methods import METHODS

EXTRACT = json.loads(Path(__file__).with_name("bot_api_extract.json").read_text())


@pytest.fixture
async def http(sandbox: Sandbox) -> Any:
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/bot9:wrong/getMe", 401, "Unauthorized"),
        ("/bot1001:sandbox/makeCoffee", 404, "Not Found: method not found"),
        ("/elsewhere", 404, "Not Found"),
        ("/file/bot1001:sandbox/documents/none", 404, "Not Found"),
        ("/file/bot9:wrong/documents/none", 401, "Unauthorized"),
    ],
)
async def test_a_wrong_address_is_refused_in_telegrams_shape(
    http: httpx.AsyncClient, path: str, code: int, words: str
) -> None:
    answer = await http.get(path)
    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": words}


async def test_parameters_may_come_in_any_encoding(
    http: httpx.AsyncClient, ana: Person, sandbox: Sandbox
) -> None:
    address = f"/bot{sandbox.token}/sendmessage"
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    plain = {"chat_id": str(ana.chat_id), "text": "ä+&🙂", "reply_markup": json.dumps(markup)}
    parts = {name: (None, value) for name, value in plain.items()}
    answers = [
        await http.get(address, params=plain),
        await http.post(address, data=plain),
        await http.post(address, json={**plain, "chat_id": ana.chat_id, "reply_markup": markup}),
        await http.post(address, files=parts),
    ]
    assert [answer.json()["result"]["message_id"] for answer in answers] == [2, 3, 4, 5]
    assert {(entry.text, entry.keyboard) for entry in ana.heard()} == {("ä+&🙂", (("Yes",),))}


@pytest.mark.parametrize("body", [b"{", b"[1]"])
async def test_a_body_that_is_no_object_is_refused(
    http: httpx.AsyncClient, sandbox: Sandbox, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    answer = await http.post(f"/bot{sandbox.token}/getMe", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["description"] == "Bad Request: can't parse JSON object"


async def test_it_closes_while_a_poll_hangs_and_leaves_no_task(clock: TravelClock) -> None:
    before = asyncio.all_tasks()
    async with httpx.AsyncClient() as client:
        async with Sandbox(clock) as sandbox:
            address = f"{sandbox.url}/bot{sandbox.token}/getUpdates?timeout=50"
            poll = asyncio.create_task(client.get(address))
            await sandbox.until_quiet()
        assert (await poll).json() == {"ok": True, "result": []}
    assert asyncio.all_tasks() <= before
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient() as client:
            await client.get(address)


async def test_it_closes_while_a_client_is_stuck_in_its_upload(clock: TravelClock) -> None:
    async with Sandbox(clock) as sandbox:
        host, port = sandbox.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /bot{sandbox.token}/getMe HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n"
        writer.write(f"{head}abc".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert sandbox.calls == {}
    assert await reader.read() == b""


def test_every_method_and_parameter_is_in_the_specification() -> None:
    for method in METHODS.values():
        assert set(method.fields) <= set(EXTRACT["methods"][method.name]), method.name


async def test_every_field_of_an_update_is_in_the_specification(
    http: httpx.AsyncClient, bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    sent = await bot.send_message(ana.chat_id, "<b>t</b>", parse_mode="HTML", reply_markup=keys)
    await bot.send_document(ana.chat_id, b"x", filename="a.txt", caption="c")
    ana.tap("Yes")
    ana.tap_data(99, "x")
    ana.edit(ana.send_photo(), "new")
    ana.reply(ana.send_sticker(), f"to {sent.message_id}")
    ana.block()
    result = (await http.get(f"/bot{sandbox.token}/getUpdates")).json()["result"]
    assert len(result) == 8
    for update in result:
        check("Update", update)
    for found in (m for u in result for m in [u.get("message") or u.get("edited_message")] if m):
        check("Message", found)
        check("User", found["from"])
        check("Chat", found["chat"])
        for name, kind in (("sticker", "Sticker"), ("document", "Document")):
            if name in found:
                check(kind, found[name])
    for query in (u["callback_query"] for u in result if "callback_query" in u):
        check("CallbackQuery", query)
        check("Message" if query["message"]["date"] else "InaccessibleMessage", query["message"])
    member = result[-1]["my_chat_member"]
    check("ChatMemberUpdated", member)
    check("ChatMemberBanned", member["new_chat_member"])
    check("ChatMemberMember", member["old_chat_member"])


def check(kind: str, value: dict[str, object]) -> None:
    """No field that the type does not have, and every one that it must have."""
    required, optional = EXTRACT["types"][kind]["required"], EXTRACT["types"][kind]["optional"]
    assert set(required) <= set(value) <= {*required, *optional}, kind


async def test_the_control_api_does_what_a_person_does(
    http: httpx.AsyncClient, bot: Bot, sandbox: Sandbox
) -> None:
    async def post(name: str, **body: object) -> Any:
        answer = await http.post(f"/sandbox/{name}", json=body)
        return answer.json()["result" if answer.status_code == 200 else "error"]

    assert await post("start", chat=5, payload="abc") == 1
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    await bot.send_message(5, "Well?", reply_markup=keys)
    assert "visible: ['Yes']" in await post("tap", chat=5, label="No")
    assert await post("tap", chat=5, label="Yes")
    assert await post("burst", items=[{"chat": 5, "text": "a"}, {"chat": 6, "text": "b"}]) == 2
    assert await post("fault", method="sendMessage", status=429, retry_after=2)
    assert "unexpected keyword" in await post("fault", nonsense=1)
    assert await post("block", chat=6) and await post("unblock", chat=6)
    assert await post("raw", update={"odd": 1}) == 1006
    ledger = (await http.get("/sandbox/ledger/5", params={"since": 1})).json()
    assert [entry["kind"] for entry in ledger] == ["sent", "tapped", "said"]
    screen = (await http.get("/sandbox/screen/5")).json()
    assert screen["labels"] == [["Yes"]]
    counts = (await http.get("/sandbox/wait", params={"sent": 1})).json()
    assert counts["entries"]["said"] == 3 and counts["pending"] == 7
    waited = await http.get("/sandbox/wait", params={"sent": 2, "limit": "0.01"})
    assert waited.status_code == 408
    text = (await http.get("/sandbox/transcript/5", params={"zone": "Asia/Tokyo"})).text
    assert "18:00  bot: Well?" in text
    assert sandbox.person(5).ledger[-1].text == "a"


async def test_it_runs_in_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--token", "5:x", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with httpx.AsyncClient(base_url=url) as client:
        await client.post("/sandbox/say", json={"chat": 5, "text": "hello", "name": "Ana"})
        answer = await client.get("/bot5:x/getUpdates")
    assert answer.json()["result"][0]["message"]["text"] == "hello"
    process.terminate()
    assert await process.wait() == 0
