"""The things that services and workers need from outside: protocols and the values that cross them.

The composition root fills them: Telegram over HTTP, the machine's entropy, the digest's renderer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.drawings import Drawing
from bot.messages import (
    Delete,
    Edit,
    Menu,
    Message,
)
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.languages import Language


class Ids(Protocol):
    """The source of codes, tokens and seeds."""

    def code(self) -> str:
        """A short code for a person, such as ``K7Q2``."""
        ...

    def token(self) -> str:
        """128 random bits as 22 characters that a deep link may carry."""
        ...

    def seed(self) -> int:
        """A whole number below 2**31."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram has it."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Telegram surely does not have it; try again after ``seconds``.

    ``slow_down`` is True where Telegram asked for it (429): then others wait, too.
    """

    seconds: float
    reason: str
    slow_down: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will not take it; ``unreachable`` where the person blocked the bot or is gone."""

    reason: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived or not."""

    reason: str


Delivery = Sent | RetryLater | Refused | Uncertain

MOST_UPDATES = 100
"""One poll brings no more; with fewer, nothing that was sent before is left behind."""


@dataclass(frozen=True, slots=True)
class Polled:
    """Raw updates, oldest first; ``is_all``: nothing that was sent before is left at Telegram."""

    updates: tuple[Any, ...] = field(repr=False)
    is_all: bool = True


@dataclass(frozen=True, slots=True)
class PollFailed:
    """No updates this time, and what an admin can do about it, where there is something."""

    reason: str
    wait_seconds: float
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class AtWebhook:
    """The webhook as Telegram sees it: its address, or an empty one where none is set, how many
    updates wait to be delivered, and when and why a delivery last failed.
    """

    url: str
    waiting: int
    failed_at: datetime | None = None
    failure: str = ""


class Webhooks(Protocol):
    """Telegram's side of delivering, for the one webhook of this bot."""

    async def look(self) -> AtWebhook | PollFailed:
        """The webhook as it is now."""
        ...

    async def put(self, url: str, secret: str) -> PollFailed | None:
        """Updates are delivered to ``url`` from now on, with ``secret``; None: so it is."""
        ...

    async def remove(self) -> PollFailed | None:
        """Nothing is delivered any more; what waits goes on waiting. None: so it is."""
        ...


class Updates(Protocol):
    """Telegram's side of receiving."""

    async def poll(self, offset: int | None, seconds: float) -> Polled | PollFailed:
        """The updates from ``offset`` on, waiting at most ``seconds`` for the first; from a webhook
        none come so, and it is only said whether all are delivered.
        """
        ...

    async def renew(self) -> None:
        """Drop connections that may have died silently."""
        ...


@dataclass(frozen=True, slots=True)
class NotFetched:
    """There is no calendar to be had now, and why, in words that do not name its address."""

    why: str


class CalendarAddresses(Protocol):
    """Calendars at their addresses."""

    async def fetch(self, address: str) -> bytes | NotFetched:
        """The calendar as it is there now."""
        ...


class Transport(Protocol):
    """Telegram's side of sending."""

    async def download(self, file_id: str) -> bytes | None:
        """The content of a file that somebody sent; None: Telegram does not hand it over now."""
        ...

    async def send(self, chat_id: int, message: Message) -> Delivery:
        """Send a new message."""
        ...

    async def edit(self, chat_id: int, edit: Edit) -> Delivery:
        """Change a message of ours."""
        ...

    async def delete(self, chat_id: int, gone: Delete) -> Delivery:
        """Take a message of ours out of the chat."""
        ...

    async def show_menu(self, chat_id: int, menu: Menu) -> Delivery:
        """Let the chat's own menu show these commands."""
        ...

    async def answer_tap(self, query_id: str, toast: str | None) -> None:
        """Stop the button's spinner; a tap that is too old is no trouble."""
        ...

    async def show_typing(self, chat_id: int) -> None:
        """Let the chat show "typing" for a few seconds; if it is lost, it is lost."""
        ...

    async def say_to_stranger(self, chat_id: int, text: str) -> Delivery:
        """One static line, without a row."""
        ...

    async def leave(self, chat_id: int) -> None:
        """Leave a group."""
        ...


@dataclass(frozen=True, slots=True)
class DigestPage:
    """One message of a digest, the flags it speaks of, as (flag id, alias), the characters of any
    client's text that are shown (None: all), and whether clients with a block are only named.
    """

    text: str = field(repr=False)
    flags: tuple[tuple[int, str], ...] = field(repr=False)
    quoted: int | None = None
    names_only: bool = False


class DigestRenderer(Protocol):
    """Digest -> texts; the composition root puts ``bot.report`` here."""

    def pages(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[DigestPage]:
        """The digest as messages that fit."""
        ...

    def blocks(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[str]:
        """The block of each client that has one, as messages that fit."""
        ...

    def flags(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[DigestPage]:
        """The flags that are open with the digest's clients, as messages that fit."""
        ...

    def picture(
        self, digest: Digest, *, language: Language, zone: ZoneInfo
    ) -> tuple[Drawing, str] | None:
        """The picture that goes with it, and the words below that say the same; None where there is
        nothing to draw.
        """
        ...

    def paper(
        self,
        digest: Digest,
        *,
        language: Language,
        zone: ZoneInfo,
        practice: str,
        is_nameless: bool = False,
    ) -> Drawing:
        """The whole digest as a PDF, words in full, with the practice's name below; where names and
        words are left out of it, it says so.
        """
        ...

    def morning(
        self,
        sessions: Sequence[tuple[datetime, ClientSection]],
        *,
        language: Language,
        zone: ZoneInfo,
    ) -> Sequence[str]:
        """The card on what each client of the day brings and what is open, as messages that fit."""
        ...

    def part(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[str]:
        """A digest about one client, without a title and words in full, as messages that fit."""
        ...

    def details(
        self, section: ClientSection, *, language: Language, zone: ZoneInfo
    ) -> Sequence[str]:
        """Everything about one client, words in full, as messages that fit."""
        ...

    def nameless(
        self,
        section: ClientSection,
        *,
        held: int,
        not_held: int,
        language: Language,
        zone: ZoneInfo,
    ) -> Sequence[str]:
        """One client whose names and words are left out, with the therapy sessions that were held
        and those that were not, as messages that fit.
        """
        ...
