"""The page's server, met over real HTTP: who is let in, what each answer says, two windows, a slow
one, and one that comes again.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.page.feed import Feed
from bot.page.one_page import HEADERS, MOST_BYTES, CannotNow, ShownFile, shown
from bot.serving import listening

LIMIT = 30
"""Real seconds after which a test gives up."""


class Stand:
    """A page whose deeds are written down, and which greets with the number of its greetings."""

    def __init__(self, most_waiting: int = 100) -> None:
        self.greeted: list[str] = []
        self.wishes: list[Any] = []
        self.files = {"7": ShownFile("Ä b.png", "image/png", b"\x89PNG")}
        self.feed = Feed(self._hello, most_waiting)
        self.url = ""

    async def _hello(self, languages: str) -> dict[str, object]:
        self.greeted.append(languages)
        return {"greeting": len(self.greeted)}

    async def _say(self, wish: Any) -> None:
        self.wishes.append(wish)

    async def _refuse(self, _: Any) -> CannotNow:
        return CannotNow("Not just now, Ana.")

    async def _fail(self, _: Any) -> None:
        raise RuntimeError("secret words of a client")

    async def _find(self, file_id: str) -> ShownFile | None:
        return self.files.get(file_id)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[httpx.AsyncClient]:
        deeds = {"say": self._say, "refuse": self._refuse, "fail": self._fail}
        async with (
            shown("demo.html", self.feed, deeds=deeds, find_file=self._find) as self.url,
            httpx.AsyncClient(base_url=self.url, trust_env=False) as client,
        ):
            yield client


@pytest.fixture
def stand() -> Stand:
    return Stand()


@pytest.fixture
async def client(stand: Stand) -> AsyncIterator[httpx.AsyncClient]:
    async with stand.open() as opened:
        yield opened


class Window:
    """One open window: reads event after event."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> tuple[str, Any] | None:
        """The next event as its kind and value; None: the stream has ended."""
        kind = ""
        async with asyncio.timeout(LIMIT):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    return kind, json.loads(value)
        return None


@asynccontextmanager
async def window(client: httpx.AsyncClient, **headers: str) -> AsyncIterator[Window]:
    async with client.stream("GET", "/events", headers=headers, timeout=LIMIT) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Window(answer)


def origin(client: httpx.AsyncClient) -> dict[str, str]:
    """The header with which a browser says that the page itself asks."""
    return {"Origin": str(client.base_url).rstrip("/")}


@pytest.mark.parametrize("path", ["/", "/assets/demo.html", "/media/7", "/assets/none", "/none"])
async def test_every_answer_holds_the_page_to_its_own_server(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert not {"server", "x-powered-by", "access-control-allow-origin"} & answer.headers.keys()


async def test_the_document_is_the_one_that_was_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.content == (await client.get("/assets/demo.html")).content
    assert answer.content != (await client.get("/assets/try.html")).content


@pytest.mark.parametrize(
    "path", ["/assets/../one_page.py", "/assets/..%2fone_page.py", "/assets/", "/assets/x.css"]
)
async def test_nothing_but_the_assets_is_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/", "/events", "/media/7"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "evil.example:{port}", "127.0.0.1:1"]
)
async def test_a_name_that_was_made_to_point_here_is_refused(
    stand: Stand, client: httpx.AsyncClient, path: str, host: str
) -> None:
    named = host.format(port=client.base_url.port)
    answer = await client.get(path, headers={"Host": named})
    assert answer.status_code == 403
    assert stand.greeted == []


async def test_localhost_is_the_page_s_own_name_too(client: httpx.AsyncClient) -> None:
    own = f"localhost:{client.base_url.port}"
    assert (await client.get("/", headers={"Host": own})).status_code == 200
    headers = {"Host": own, "Origin": f"http://{own}"}
    assert (await client.post("/do/say", json={}, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "other", [None, "null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1"]
)
async def test_another_site_can_do_nothing_here(
    stand: Stand, client: httpx.AsyncClient, other: str | None
) -> None:
    said = {} if other is None else {"Origin": other.format(port=client.base_url.port)}
    answer = await client.post("/do/say", json={"text": "x"}, headers=said)
    assert (answer.status_code, stand.wishes) == (403, [])


async def test_what_is_done_gets_there_and_is_answered(
    stand: Stand, client: httpx.AsyncClient
) -> None:
    done = await client.post("/do/say", json={"text": "<b>ß</b>"}, headers=origin(client))
    assert (done.status_code, done.json(), stand.wishes) == (200, {}, [{"text": "<b>ß</b>"}])
    refused = await client.post("/do/refuse", json={}, headers=origin(client))
    assert (refused.status_code, refused.json()) == (409, {"error": "Not just now, Ana."})
    assert (await client.post("/do/none", json={}, headers=origin(client))).status_code == 404
    assert (await client.get("/do/say")).status_code == 405


async def test_a_fault_shows_nothing_of_itself(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.post("/do/fail", json={}, headers=origin(client))
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"text=x", "application/x-www-form-urlencoded", 415),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"a":"' + b"x" * (MOST_BYTES - 8) + b'"}', "application/json; charset=utf-8", 200),
        (b'{"a":"' + b"x" * (MOST_BYTES - 7) + b'"}', "application/json", 413),
    ],
    ids=["plain", "form", "broken", "list", "deep", "bytes", "longest", "too long"],
)
async def test_only_json_of_a_sensible_length_is_read(
    stand: Stand, client: httpx.AsyncClient, body: bytes, kind: str, status: int
) -> None:
    headers = {**origin(client), "Content-Type": kind}
    answer = await client.post("/do/say", content=body, headers=headers)
    assert answer.status_code == status
    assert len(stand.wishes) == (status == 200)


async def test_a_picture_opens_and_a_page_from_a_chat_does_not(
    stand: Stand, client: httpx.AsyncClient
) -> None:
    picture = await client.get("/media/7")
    assert (picture.content, picture.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert picture.headers["content-disposition"] == "inline; filename*=UTF-8''%C3%84%20b.png"
    stand.files["8"] = ShownFile("a.html", "text/html", b"<script>")
    page = await client.get("/media/8")
    assert page.headers["content-disposition"].startswith("attachment;")
    assert (await client.get("/media/9")).status_code == 404


async def test_two_windows_see_the_same_in_the_same_order(
    stand: Stand, client: httpx.AsyncClient
) -> None:
    async with window(client, **{"Accept-Language": "de"}) as first, window(client) as second:
        assert await first.next() == ("hello", {"greeting": 1})
        assert await second.next() == ("hello", {"greeting": 2})
        assert stand.greeted[0] == "de"
        told = [("message", {"text": "a\r\n\r\nevent: x\u2028\ud83d"}), ("now", {}), ("tour", None)]
        for kind, value in told:
            stand.feed.send(kind, value)
        assert [await first.next() for _ in told] == told
        assert [await second.next() for _ in told] == told


async def test_a_window_that_comes_again_is_given_the_whole_picture(
    stand: Stand, client: httpx.AsyncClient
) -> None:
    async with window(client) as first:
        assert await first.next() == ("hello", {"greeting": 1})
    stand.feed.send("message", "while nobody looks")
    async with window(client) as again:
        assert await again.next() == ("hello", {"greeting": 2})
        stand.feed.send("message", "new")
        assert await again.next() == ("message", "new")
        while len(stand.feed) > 1:  # until the server has seen that the first one is gone
            stand.feed.send("now", 0)
            assert await again.next() == ("now", 0)


async def test_what_happens_while_the_picture_is_made_is_told_after_it() -> None:
    made = asyncio.Event()

    async def hello(_: str) -> dict[str, object]:
        await made.wait()
        return {}

    feed = Feed(hello)
    events = feed.window("")
    await anext(events)
    coming = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    feed.send("now", 1)
    made.set()
    assert b"event: hello" in await coming
    assert b"event: now\ndata: 1\n" in await anext(events)
    await events.aclose()
    assert len(feed) == 0


async def test_a_slow_window_is_let_go_at_the_end_of_an_event_and_holds_nobody_up() -> None:
    stand = Stand(most_waiting=3)
    async with stand.open() as client, window(client) as slow, window(client) as quick:
        assert await slow.next() == ("hello", {"greeting": 1})
        assert await quick.next() == ("hello", {"greeting": 2})
        sent = 0
        while len(stand.feed) == 2 and sent < 100:
            sent += 1
            stand.feed.send("message", [sent, "x" * 1_000_000])
            assert (await quick.next()) == ("message", [sent, "x" * 1_000_000])
        assert len(stand.feed) == 1
        read = 0
        while (event := await slow.next()) is not None:
            read += 1
            assert event == ("message", [read, "x" * 1_000_000])
        assert 0 < read < sent


async def test_an_ended_page_lets_its_windows_go(stand: Stand) -> None:
    async with stand.open() as client:
        async with window(client) as open_window:
            await open_window.next()
            stand.feed.close()
            assert await open_window.next() is None
        async with window(client) as late:
            assert await late.next() is None
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(stand.url)


def test_what_comes_in_two_pieces_does_not_wait_for_the_other_side() -> None:
    """asyncio sends at once only what is on a socket that names its protocol."""
    with listening("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
