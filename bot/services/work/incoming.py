"""A person's acts, free of Telegram: the closed union that ``bot.chat`` makes from updates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, assert_never

from bot.services.work.buttons import Press
from flows.safety.asking import is_card_command
from flows.schedule.nearest_place import Spot

_COMMAND = re.compile(r"/(\w{1,64})(?:@\w{3,32})?(?![\w/<>@])", re.ASCII)
"""The beginning of a message that Telegram's apps show as a command."""
OLDEST = timedelta(hours=48)
"""Telegram keeps what was written for 24 hours; a date further back than this is a mistake."""


@dataclass(frozen=True, slots=True)
class Started:
    """/start, with the token of a deep link or empty."""

    token: str

    def __repr__(self) -> str:
        return "Started(…)"


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command other than /start, with what stood behind it."""

    name: str
    rest: str

    def __repr__(self) -> str:
        return f"Commanded({self.name!r}, …)"


@dataclass(frozen=True, slots=True)
class Said:
    """Text that is no command."""

    text: str
    message_id: int | None = None
    """Its place in the chat: what stands below another message has the higher number."""
    replies_to: int | None = None
    """The message that its writer chose to answer, if they chose one."""

    def __repr__(self) -> str:
        return "Said(…)"


Sort = Literal["voice", "contact", "sticker", "other"]
"""The sort of what was sent without words, as far as the answer differs by it."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The words of somebody else, or of another bot, that a person passed on: heard, but no answer
    and no words of their own; or a file.
    """

    text: str
    message_id: int | None = None
    document: Document | None = None

    def __repr__(self) -> str:
        return "Forwarded(…)"


@dataclass(frozen=True, slots=True)
class Document:
    """A file at Telegram, which is fetched where it is wanted."""

    file_id: str = field(repr=False)
    name: str = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class SentSomething:
    """A sticker, photo, voice message or anything else without text; a picture may have a
    caption.
    """

    caption: str = ""
    message_id: int | None = None
    sort: Sort = "other"
    spot: Spot | None = None
    """The spot that was shared, where one was."""
    document: Document | None = None

    def __repr__(self) -> str:
        return "SentSomething(…)"


@dataclass(frozen=True, slots=True)
class SentMore:
    """Another picture of an album that has had its answer."""

    caption: str = ""
    message_id: int | None = None

    def __repr__(self) -> str:
        return "SentMore(…)"


@dataclass(frozen=True, slots=True)
class EditedMessage:
    """An earlier message was changed. It is no new answer; a command may act where that is safe."""

    text: str = ""
    """The words that it has now."""
    message_id: int | None = None

    def __repr__(self) -> str:
        return "EditedMessage(…)"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was tapped; ``press`` None where its data is not ours."""

    press: Press | None
    query_id: str
    message_id: int | None
    shown_at: datetime | None = None
    """The time at which the message with the button was sent; None: Telegram does not say."""


@dataclass(frozen=True, slots=True)
class BlockedBot:
    """The person blocked the bot."""


@dataclass(frozen=True, slots=True)
class UnblockedBot:
    """The person unblocked the bot."""


@dataclass(frozen=True, slots=True)
class NothingForUs:
    """An update that asks for nothing, such as Telegram's own notice of a pinned message."""


def read_text(text: str, message_id: int | None = None) -> Started | Commanded | Said:
    """Read a message of this text: a command where it begins with one, or words."""
    command = _COMMAND.match(text)
    if command is None:
        return Said(text, message_id)
    name, rest = command[1].lower(), text[command.end() :].strip()
    return Started(rest) if name == "start" else Commanded(name, rest)


Incoming = (
    Started
    | Commanded
    | Said
    | Forwarded
    | SentSomething
    | SentMore
    | EditedMessage
    | Pressed
    | BlockedBot
    | UnblockedBot
    | NothingForUs
)


@dataclass(frozen=True, slots=True)
class Received:
    """A person's deed, the chat, and when they wrote it as far as Telegram says."""

    incoming: Incoming
    chat_id: int = field(repr=False)
    sent_at: datetime | None = None
    """None for a tap, which carries no date."""
    album: str | None = None
    """Pictures that were sent together share it."""

    @property
    def message_id(self) -> int | None:
        """The number of what was written, which orders it among the messages of the chat."""
        match self.incoming:
            case Said() | Forwarded() | SentSomething() | SentMore() | EditedMessage():
                return self.incoming.message_id
            case (
                Started() | Commanded() | Pressed() | BlockedBot() | UnblockedBot() | NothingForUs()
            ):
                return None
            case _:
                assert_never(self.incoming)

    def written_at(self, received_at: datetime) -> datetime:
        """Return when it was written. A date that cannot be true (in the future, or long before
        Telegram could still have handed it over) gives way to when it was received.
        """
        if self.sent_at is None or self.sent_at < received_at - OLDEST:
            return received_at
        return min(self.sent_at, received_at)

    def asks_as(self, earlier: Received) -> bool:
        """True where answering ``earlier`` answers this, too: the same command once more, or
        another thing without words. Words are always read.
        """
        asked = _request(self.incoming)
        return asked is not None and asked == _request(earlier.incoming)


def _request(incoming: Incoming) -> tuple[str, str] | None:
    """Return what is asked for, without what may differ from one asking to the next."""
    match incoming:
        case Started():
            return ("start", incoming.token)
        case Commanded() if not is_card_command(incoming.name):  # the card comes each time
            return (incoming.name, incoming.rest)
        case SentSomething() if not incoming.caption:
            return ("something", incoming.sort)
        case (
            Commanded()
            | Said()
            | Forwarded()
            | SentSomething()
            | SentMore()
            | EditedMessage()
            | Pressed()
            | BlockedBot()
            | UnblockedBot()
            | NothingForUs()
        ):
            return None
        case _:
            assert_never(incoming)
