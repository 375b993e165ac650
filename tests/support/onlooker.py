"""A window on a shown page, as the browser has it: it hears the events, and does what one can do.

It knows the page's address alone. What it waits for is a condition of what it has heard.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

PATIENCE = 120
"""Real seconds after which a test gives up waiting."""


class Onlooker:
    """One window: the picture as it stands now, and all that was heard."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.heard: list[tuple[str, Any]] = []
        self.picture: dict[str, Any] = {}
        self._changed = asyncio.Condition()

    async def read(self) -> None:
        """Hear until the stream ends."""
        async with self.client.stream("GET", "/events", timeout=None) as answer:
            kind = ""
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    await self._hear(kind, json.loads(line.removeprefix("data: ")))

    async def _hear(self, kind: str, value: Any) -> None:
        async with self._changed:
            self.heard.append((kind, value))
            if kind == "hello":
                self.picture = value
            elif kind == "now":
                self.picture |= value
            elif kind == "tour":
                self.picture["tour"] = value
            elif kind == "person":
                self.picture["people"] = [
                    value if each["chat"] == value["chat"] else each
                    for each in self.picture["people"]
                ]
            elif kind == "mark":
                self.picture["marks"].append(value)
            elif kind == "commands":
                self.chat(value["chat"])["commands"] = value["commands"]
            elif kind in ("message", "gone"):
                self._put(kind, value)
            self._changed.notify_all()

    def _put(self, kind: str, value: Any) -> None:
        number = value["id"] if kind == "gone" else value["message"]["id"]
        kept = [each for each in self.messages(value["chat"]) if each["id"] != number]
        kept += [value["message"]] if kind == "message" else []
        self.chat(value["chat"])["messages"] = sorted(kept, key=lambda each: each["id"])

    async def until(self, is_so: Callable[[], Any], what: str) -> Any:
        """What ``is_so`` gives, once that is something."""
        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                await self._changed.wait_for(is_so)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; heard {self.heard[-5:]}") from None
        return is_so()

    def chat(self, chat: int) -> dict[str, Any]:
        """One chat of the picture."""
        found: dict[str, Any] = self.picture["chats"][str(chat)]
        return found

    def messages(self, chat: int) -> list[dict[str, Any]]:
        """The messages of a chat, oldest first."""
        return list(self.chat(chat)["messages"])

    def newest(self, chat: int) -> dict[str, Any]:
        """The newest message of a chat; an empty one where there is none."""
        return (self.messages(chat) or [{"id": 0, "parts": [], "keyboard": None}])[-1]

    def person(self, chat: int) -> dict[str, Any]:
        """The person of a chat."""
        return next(each for each in self.picture["people"] if each["chat"] == chat)

    def all_of(self, kind: str) -> list[Any]:
        """The values of all events of one kind that were heard, oldest first."""
        return [value for each, value in self.heard if each == kind]

    async def do(self, what: str, **body: Any) -> str | None:
        """Send a wish; why it cannot be done, or None."""
        answer = await self.client.post(f"/do/{what}", json=body, timeout=PATIENCE)
        assert answer.status_code in (200, 409), answer.text
        return None if answer.status_code == 200 else str(answer.json()["error"])

    async def ask(self, what: str, **body: Any) -> Any:
        """Send a question; its answer."""
        answer = await self.client.post(f"/do/{what}", json=body, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def go(self, what: str, **body: Any) -> None:
        """Send a wish that turns the clock, and wait until it stands."""
        heard = len(self.heard)
        assert await self.do(what, **body) is None
        await self.until(
            lambda: any(kind == "now" and is_still(v) for kind, v in self.heard[heard + 1 :]),
            f"the end of {what} {body}",
        )

    async def tap(self, chat: int, label: str, number: int | None = None) -> str | None:
        """Tap the button with this label on the newest message that has it, or on this one."""
        for message in reversed(self.messages(chat)):
            for row, buttons in enumerate(message["keyboard"] or []):
                for column, button in enumerate(buttons):
                    if button["label"] == label and number in (None, message["id"]):
                        place = {"row": row, "column": column}
                        return await self.do("tap", chat=chat, message=message["id"], **place)
        raise AssertionError(f"no button {label!r} in {labels(self.newest(chat))}")


def is_still(now: dict[str, Any]) -> bool:
    """True where the clock stands."""
    return not now["travelling"] and now["playing"] is None


def text_of(message: dict[str, Any]) -> str:
    """The words of a message."""
    return "".join(part["text"] for part in message["parts"])


def labels(message: dict[str, Any]) -> list[str]:
    """The labels below a message."""
    return [button["label"] for row in message["keyboard"] or [] for button in row]


@asynccontextmanager
async def looking_on(address: str) -> AsyncIterator[Onlooker]:
    """A window on the page at this address, which has the whole picture."""
    host = address.rstrip("/")
    headers = {"Origin": host, "Accept-Language": "en"}
    async with httpx.AsyncClient(base_url=host, headers=headers, trust_env=False) as client:
        onlooker = Onlooker(client)
        reading = asyncio.create_task(onlooker.read())
        try:
            await onlooker.until(lambda: onlooker.picture, "hello")
            yield onlooker
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
