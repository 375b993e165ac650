"""What a person did, free of Telegram: the closed union that ``bot.chat`` makes from updates."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.work.buttons import Press


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

    def __repr__(self) -> str:
        return "Said(…)"


@dataclass(frozen=True, slots=True)
class SentSomething:
    """A sticker, photo, voice message or anything else without text; a picture may have a
    caption.
    """

    caption: str = ""

    def __repr__(self) -> str:
        return "SentSomething(…)"


@dataclass(frozen=True, slots=True)
class EditedMessage:
    """An earlier message was changed; it is not taken as a new answer."""

    text: str = ""
    """What it says now: read for hard words only."""

    def __repr__(self) -> str:
        return "EditedMessage(…)"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was tapped; ``press`` None where its data is not ours."""

    press: Press | None
    query_id: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class BlockedBot:
    """The person blocked the bot."""


@dataclass(frozen=True, slots=True)
class UnblockedBot:
    """The person unblocked the bot."""


@dataclass(frozen=True, slots=True)
class NothingForUs:
    """An update that asks for nothing."""


Incoming = (
    Started
    | Commanded
    | Said
    | SentSomething
    | EditedMessage
    | Pressed
    | BlockedBot
    | UnblockedBot
    | NothingForUs
)
