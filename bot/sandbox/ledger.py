"""The values of the sandbox: what a message, a button, a file and a line of the ledger are.

Used by every module of the sandbox and by tests. They are frozen: an edit replaces a message, so a
test that kept the old one still sees what stood there before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.markup import Entity

EntryKind = Literal[
    "sent",
    "edited",
    "deleted",
    "said",
    "tapped",
    "toast",
    "typing",
    "document",
    "photo",
    "blocked",
    "unblocked",
    "left",
]


@dataclass(frozen=True, slots=True)
class Button:
    """A button and its one action; a button of a reply keyboard has the action ``text``."""

    text: str
    action: str = "text"
    value: object = None

    @property
    def data(self) -> str | None:
        """The callback data, None for any other action."""
        return (
            self.value if self.action == "callback_data" and isinstance(self.value, str) else None
        )


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Rows of buttons under a message (inline) or instead of the person's own keyboard."""

    rows: tuple[tuple[Button, ...], ...]
    inline: bool = True

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The labels of the buttons, row by row."""
        return tuple(tuple(button.text for button in row) for row in self.rows)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order."""
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True, slots=True)
class Media:
    """A file in a message; width and height in pixels are 0 for anything but a picture."""

    kind: Literal["document", "photo", "sticker"]
    file_id: str
    name: str = ""
    mime: str = ""
    size: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that somebody uploaded; ``path`` is what ``getFile`` answers."""

    file_id: str
    path: str
    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat as it stands now; ``text`` is the caption where there is a file."""

    chat_id: int
    message_id: int
    at: datetime
    from_bot: bool
    sender_id: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard | None = None
    media: Media | None = None
    edited_at: datetime | None = None
    reply_to: int | None = None
    protected: bool = False
    silent: bool = False
    album: str = ""
    """Pictures that were sent together share it."""
    also: Mapping[str, Any] = field(default_factory=dict)
    """Further fields as the Bot API names them: a contact, a place, where it was forwarded from."""


@dataclass(frozen=True, slots=True)
class Query:
    """A tap that the bot has to answer within ``methods.editing.QUERY_LIFE`` of the clock."""

    query_id: str
    chat_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the person saw or did, with the clock's time.

    ``text`` is what was read or typed (the caption of a file, the label of a tapped button, the
    words of a toast); ``before`` is the text an edit replaced; ``data`` the tapped callback data.
    """

    at: datetime
    kind: EntryKind
    message_id: int | None = None
    text: str = ""
    keyboard: tuple[tuple[str, ...], ...] = ()
    before: str = ""
    data: str | None = None
    media: Media | None = None
    alert: bool = False
