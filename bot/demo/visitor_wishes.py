"""A wish of whoever looks on, as it comes from the page: checked once, here, and then a value.

Used by the stage, which carries them out one after the other. A wish that cannot be understood is a
mistake of the page and none of the person's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

LONGEST_TEXT = 20_000
FASTEST = 60 * 24 * 7
"""Minutes of the clock in a second: a week."""


@dataclass(frozen=True, slots=True)
class Say:
    """Type a text in a chat."""

    chat: int
    text: str

    def __repr__(self) -> str:
        return f"Say({self.chat}, …)"


@dataclass(frozen=True, slots=True)
class Tap:
    """Tap a button of a message, by its place; it counts as it stands there then."""

    chat: int
    message: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class SendSticker:
    """Send a sticker."""

    chat: int


@dataclass(frozen=True, slots=True)
class Block:
    """Block the bot, or let it write again."""

    chat: int
    on: bool


@dataclass(frozen=True, slots=True)
class Simulate:
    """Let a person act by themselves again, or be that person."""

    chat: int
    on: bool


@dataclass(frozen=True, slots=True)
class Show:
    """Look at a chat."""

    chat: int


@dataclass(frozen=True, slots=True)
class Travel:
    """Turn the clock forward: to the next message, the next morning, the next digest, a moment."""

    to: Literal["next", "day", "sunday"] | datetime
    chats: tuple[int, int] | None = None
    """The two chats that the window shows, where it says so: "next" looks at those."""


@dataclass(frozen=True, slots=True)
class Play:
    """Let the clock run: minutes of it in a second."""

    speed: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Let the clock stand still."""


@dataclass(frozen=True, slots=True)
class GoToStop:
    """Go to a stop of the tour; 0 leaves it."""

    stop: int


Wish = Say | Tap | SendSticker | Block | Simulate | Show | Travel | Play | Pause | GoToStop
Body = Mapping[str, Any]


def read(what: str, body: Body) -> Wish | None:
    """The wish of this name; None: there is none, or something in it is missing or senseless."""
    try:
        return WISHES[what](body)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _say(body: Body) -> Wish:
    text = str(body["text"])
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise ValueError("empty, or too long")
    return Say(int(body["chat"]), text)


def _tap(body: Body) -> Wish:
    return Tap(int(body["chat"]), int(body["message"]), int(body["row"]), int(body["column"]))


def _travel(body: Body) -> Wish:
    to, chats = body["to"], _two_chats(body.get("chats"))
    if to in ("next", "day", "sunday"):
        return Travel(to, chats)
    at = datetime.fromisoformat(str(to))
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return Travel(at, chats)


def _two_chats(given: object) -> tuple[int, int] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        raise TypeError("chats are a list")
    left, right = map(int, given)
    return left, right


def _play(body: Body) -> Wish:
    speed = float(body["speed"])
    if not 0 < speed <= FASTEST:
        raise ValueError("too slow or too fast")
    return Play(speed)


def _switch(body: Body) -> bool:
    if not isinstance(body["on"], bool):
        raise TypeError("on is true or false")
    return body["on"]


WISHES: dict[str, Callable[[Body], Wish]] = {
    "say": _say,
    "tap": _tap,
    "sticker": lambda body: SendSticker(int(body["chat"])),
    "block": lambda body: Block(int(body["chat"]), _switch(body)),
    "simulate": lambda body: Simulate(int(body["chat"]), _switch(body)),
    "show": lambda body: Show(int(body["chat"])),
    "travel": _travel,
    "play": _play,
    "pause": lambda _: Pause(),
    "tour": lambda body: GoToStop(int(body["stop"])),
}
"""By the name under which the page sends each."""
