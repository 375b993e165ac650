"""A window of the author's page: what it was told over HTTP, and what can be done there; and a flow
file to be edited meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.cli.authoring.client_side import ClientSide
from bot.cli.authoring.phone.desk import Desk
from bot.cli.authoring.phone.flow_folder import FlowFolder
from bot.cli.authoring.phone.trying_page import open_page
from bot.cli.authoring.replaying import Setting
from bot.cli.authoring.told import Told
from bot.config import Settings
from flows.script.flow import Flow

LIMIT = 60
"""Real seconds after which a test gives up waiting for the page."""
STARTS_AT = datetime(2026, 11, 25, 17, tzinfo=UTC)


EVENING = """language = 1
id = "evening"
title.en = "The evening"
title.de = "Der Abend"
[schedule]
trigger = "weekly"
days = ["mon"]
at = "19:30"
remind = ["18h"]
expires.unstarted = "48h"
[[step]]
id = "mood"
kind = "choice"
ask.neutral = true
ask.en = "How is it?"
ask.de = "Wie ist es?"
options = [
  { id = "good", en = "Good", de = "Gut" },
  { id = "bad", en = "Bad", de = "Schlecht" },
]
[[step]]
id = "why"
kind = "text"
only_if.mood = ["bad"]
optional = true
ask.neutral = true
ask.en = "What is it?"
ask.de = "Was ist es?"
[[step]]
id = "sleep"
kind = "number"
min = 0
max = 10
ask.neutral = true
ask.en = "How many hours?"
ask.de = "Wie viele Stunden?"
"""


def save(file: Path, text: str) -> None:
    """Save the file as an editor does that puts another one in its place."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(file)


def edit(file: Path, *changes: tuple[str, str]) -> None:
    """Save the file with these parts replaced."""
    text = file.read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    save(file, text)


def read(file: Path) -> str:
    """Return what the file says now."""
    return file.read_text("utf-8")


def remove(file: Path) -> None:
    """Delete the file."""
    file.unlink()


def desk_of(place: Path, packs: Path | None = None) -> Desk:
    """A desk with the flows of a folder, or with one file."""
    told = Told("Dr. Weber", "", "", (), (), ())

    def begin(flow: Flow) -> Setting:
        return Setting(flow, flow.languages[0], "Europe/Berlin", STARTS_AT, told.names)

    own = {"directory": place.parent / "none", "packs": packs}
    settings = Settings.model_validate({"flows": own})
    folder = FlowFolder(settings, place, is_file=place.is_file())
    client_side = ClientSide(settings.practice)
    return Desk(folder, client_side, begin, lambda story, flows: f"{story} --flows {flows}")


@dataclass(slots=True)
class Window:
    """One open window. ``seen`` is the page as its events have left it."""

    client: httpx.AsyncClient
    lines: AsyncIterator[str]
    seen: dict[str, Any] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    events: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def chat(self) -> list[dict[str, Any]]:
        """The messages, oldest first."""
        messages: list[dict[str, Any]] = self.seen["chats"]["1"]["messages"]
        return messages

    def texts(self, speaker: str = "bot") -> list[str]:
        """What one side has said."""
        return [
            "".join(part["text"] for part in message["parts"])
            for message in self.chat
            if message["from"] == speaker
        ]

    def labels(self) -> list[str]:
        """The buttons of the last message that has some."""
        keyboards = [message["keyboard"] for message in self.chat if message["keyboard"]]
        return [button["label"] for row in (keyboards or [[]])[-1] for button in row]

    async def until(self, holds: Callable[[], object]) -> None:
        """Read events until the page is so."""
        async with asyncio.timeout(LIMIT):
            while not (self.seen and holds()):
                await self._read()

    async def _read(self) -> None:
        kind = ""
        async for line in self.lines:
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                self._take(kind, json.loads(value))
                return
        raise AssertionError("the page has ended")

    def _take(self, kind: str, value: Any) -> None:
        self.events.append((kind, value))
        if kind == "hello":
            self.seen = value
        elif kind == "message":
            new = value["message"]
            ids = [message["id"] for message in self.chat]
            if new["id"] in ids:
                self.chat[ids.index(new["id"])] = new
            else:
                self.chat.append(new)
        elif kind == "toast":
            self.toasts.append(value["text"])
        elif kind == "now":
            self.seen.update(value)
        else:
            self.seen[kind] = value

    async def do(self, what: str, **wish: Any) -> str:
        """Do something and read what comes of it; the sentence told where it cannot be done now."""
        answer = await self.client.post(f"/do/{what}", json={"chat": "1", **wish})
        assert answer.status_code in (200, 409), answer.text
        if answer.status_code == 200:
            await self.catch_up()
        return str(answer.json().get("error", ""))

    async def catch_up(self) -> None:
        """Read on until this window shows what a new one is given."""
        async with self.client.stream("GET", "/events") as answer:
            other = Window(self.client, answer.aiter_lines())
            await other.until(lambda: True)
        await self.until(lambda: self.seen == other.seen)

    async def tap(self, label: str) -> str:
        """Tap the newest button of this label."""
        for message in reversed(self.chat):
            for row, buttons in enumerate(message["keyboard"] or ()):
                for column, button in enumerate(buttons):
                    if button["label"] == label:
                        place = {"message": message["id"], "row": row, "column": column}
                        return await self.do("tap", **place)
        raise AssertionError(f"there is no button {label!r}, but {self.labels()}")

    async def taps(self, *labels: str) -> None:
        """Tap one after another."""
        for label in labels:
            assert await self.tap(label) == ""


@asynccontextmanager
async def window(url: str) -> AsyncIterator[Window]:
    """A window of the page that has read its first picture."""
    headers = {"Origin": url.rstrip("/")}
    async with (
        httpx.AsyncClient(base_url=url, trust_env=False, headers=headers, timeout=LIMIT) as client,
        client.stream("GET", "/events") as answer,
    ):
        opened = Window(client, answer.aiter_lines())
        await opened.until(lambda: True)
        yield opened


@asynccontextmanager
async def tried(place: Path, packs: Path | None = None) -> AsyncIterator[Window]:
    """The page of these flows, and a window of it."""
    async with open_page(desk_of(place, packs)) as (url, _), window(url) as opened:
        yield opened
