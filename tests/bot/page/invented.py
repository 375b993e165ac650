"""A made-up practice behind the page: it tells what a test wants and writes down what is done."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from bot.page.feed import Feed
from bot.page.one_page import CannotNow, Document, ShownFile, shown
from bot.page.sentences import sentences
from bot.texts import shipped
from flows.languages import BASE, Language

BEGINS = datetime.fromisoformat("2026-10-05T06:30:00+00:00")
CLIENT, OTHER, THERAPIST = "1001", "1002", "9001"
DOINGS = ("say", "tap", "sticker", "block", "simulate", "travel", "play", "pause", "tour", "show")
Json = dict[str, Any]
LIMIT = 20
"""Real seconds until a test gives up."""


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x9c\xc4\xb5" * width) * height
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def part(text: str, *styles: str, href: str | None = None) -> Json:
    """A stretch of text in these styles."""
    return {"text": text, "styles": list(styles), "href": href}


def keys(*rows: list[str]) -> list[list[Json]]:
    """An inline keyboard with these labels."""
    return [[{"label": label, "url": None} for label in row] for row in rows]


class Invented:
    """The picture that a window is given, what was done, and the way to tell windows something."""

    def __init__(self, language: Language = BASE) -> None:
        self.done: list[tuple[str, Json]] = []
        self._told = asyncio.Event()
        self.answering = asyncio.Event()
        self.answering.set()
        self.refusal: str | None = None
        self.feed = Feed(self._hello)
        self.url = ""
        self.language = language
        self.answers: dict[str, Json] = {}
        self.people = [
            person(CLIENT, "Ana Beck", "A.B.", "client"),
            person(OTHER, "Carl Dorn", "C.D.", "client"),
            person(THERAPIST, "Dr. Weber", "", "therapist"),
        ]
        self.chats = {each["chat"]: chat() for each in self.people}
        self.more: Json = {}
        self._next = 100

    def message(self, chat_id: str, text: str, *, hours: float = 0, **more: Any) -> Json:
        """Put a message into a chat, so many hours after the beginning; nobody is told."""
        self._next += 1
        made = {
            "id": self._next,
            "from": "bot",
            "at": (BEGINS + timedelta(hours=hours)).isoformat(),
            "edited": False,
            "parts": [part(text)] if text else [],
            "keyboard": None,
            "media": None,
            **more,
        }
        self.chats[chat_id]["messages"].append(made)
        return made

    def tell(self, chat_id: str, text: str, *, hours: float = 0, **more: Any) -> Json:
        """Put a message into a chat, and tell every window."""
        made = self.message(chat_id, text, hours=hours, **more)
        self.feed.send("message", {"chat": chat_id, "message": made})
        return made

    def edit(self, chat_id: str, made: Json, **changes: Any) -> None:
        """A message stands otherwise now, and every window is told."""
        made.update(edited=True, **changes)
        self.feed.send("message", {"chat": chat_id, "message": made})

    @asynccontextmanager
    async def served(self, document: Document = "demo.html", port: int = 0) -> AsyncIterator[str]:
        """The page is there meanwhile; its address is ``url``, too."""
        doing = {what: self._deed(what) for what in (*DOINGS, "glass", "days")}
        async with shown(
            document, self.feed, deeds=doing, find_file=self._file, port=port
        ) as self.url:
            yield self.url

    async def heard(self, *wanted: tuple[str, Json]) -> None:
        """The page comes to have done exactly this."""
        async with asyncio.timeout(LIMIT):
            while len(self.done) < len(wanted):
                self._told.clear()
                await self._told.wait()
        assert self.done == list(wanted)

    async def greet_again(self) -> None:
        """Every window is given the whole picture once more."""
        self.feed.send("hello", await self._hello(""))

    def again(self) -> None:
        """The windows of a page that was closed can come to the next one."""
        self.feed = Feed(self._hello)

    def _deed(self, what: str) -> Any:
        async def do(wish: Mapping[str, Any]) -> Json | CannotNow | None:
            if self.refusal and what != "show":
                return CannotNow(self.refusal)
            await self.answering.wait()
            if what != "show":  # looking is no deed
                self.done.append((what, dict(wish)))
                self._told.set()
            return self.answers.get(what)

        return do

    async def _file(self, file_id: str) -> ShownFile | None:
        kinds = {"photo": ("week.png", "image/png"), "paper": ("digest.pdf", "application/pdf")}
        return ShownFile(*kinds[file_id], png(320, 180)) if file_id in kinds else None

    async def _hello(self, _: str) -> Json:
        return {
            "language": self.language,
            "zone": "Europe/Berlin",
            "now": (BEGINS + timedelta(days=10)).isoformat(),
            "travelling": False,
            "playing": None,
            "people": self.people,
            "chats": self.chats,
            "shown": [
                next((each["chat"] for each in self.people if each["role"] == role), None)
                for role in ("client", "therapist")
            ],
            "weeks": 8,
            "begins_at": BEGINS.isoformat(),
            "marks": [],
            "tour": None,
            "texts": sentences(shipped(), self.language, "demo"),
            **self.more,
        }


def person(chat_id: str, name: str, alias: str, role: str) -> Json:
    """One person of the practice."""
    return {
        "chat": chat_id,
        "name": name,
        "alias": alias,
        "role": role,
        "language": "en",
        "simulated": True,
        "blocked": False,
    }


def chat() -> Json:
    """A chat in which nothing has been said."""
    commands = [
        {"command": "checkin", "description": "Answer the questions now"},
        {"command": "help", "description": "What I can do"},
    ]
    return {"messages": [], "commands": commands, "unread": 0, "reply_keyboard": None}
