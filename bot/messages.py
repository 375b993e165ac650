"""Things to say, before they become Telegram's: text, buttons, edits, as values that fit an
outbox row.

Services write them, ``bot.chat`` turns them into calls. They never name a chat.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from bot.charts import Chart, chart_from_json
from bot.drawings import Drawing, drawing_from_json


@dataclass(frozen=True, slots=True)
class Button:
    """A label to tap and the data that comes back (at most 64 bytes); or, with ``copies``, the text
    of at most 256 characters that a tap puts into the clipboard and of which nobody hears.
    """

    label: str = field(repr=False)
    data: str = ""
    copies: str = field(default="", repr=False)

    def to_json(self) -> list[str]:
        """The button as kept in an outbox row."""
        return [self.label, self.data, *([self.copies] if self.copies else [])]


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message: a document, or a picture that is shown in the chat.

    Its bytes are kept in the outbox row, sealed, until it has left: a second attempt sends the
    same, and nothing has to be read while a message flies.
    """

    name: str
    content: bytes = field(repr=False)
    is_picture: bool = False

    def to_json(self) -> dict[str, Any]:
        """The file as kept in an outbox row."""
        content = base64.b64encode(self.content).decode()
        return {"name": self.name, "content": content, "is_picture": self.is_picture}


@dataclass(frozen=True, slots=True)
class Message:
    """A text of at most 4096 characters, without markup, with its rows of buttons.

    With ``code`` it is a picture to be scanned, drawn of this link when the message leaves, and the
    text (then of at most 1024 characters) stands below it; likewise with ``file`` and ``drawn``.
    ``owed`` is the part of the text that is to be said all the same, should something else be said
    in place of this message.
    """

    text: str
    rows: Rows = ()
    code: str = ""
    owed: str = ""
    answers: int | None = None
    """The number of the message in the chat that this one refers to."""
    file: File | None = None
    protected: bool = False
    """True where Telegram shall let nobody forward or save it: it collects a client's words."""
    drawn: Chart | Drawing | None = None
    """A picture or a paper that is drawn of these values when the message leaves."""
    silent: bool = False
    """True where the phone shall make no sound."""
    menu: tuple[tuple[str, str], ...] = ()
    """Commands, each with what it does, that the chat's menu shows from this message on."""

    def __repr__(self) -> str:
        return f"Message(… {len(self.text)} characters, {len(self.rows)} rows)"

    def to_json(self) -> str:
        """The message as kept in an outbox row."""
        body: dict[str, Any] = {"text": self.text, "rows": _listed(self.rows)}
        if self.code:
            body["code"] = self.code
        if self.owed:
            body["owed"] = self.owed
        if self.answers is not None:
            body["answers"] = self.answers
        if self.file is not None:
            body["file"] = self.file.to_json()
        if self.protected:
            body["protected"] = True
        if self.drawn is not None:
            body["chart" if isinstance(self.drawn, Chart) else "drawing"] = self.drawn.to_json()
        if self.silent:
            body["silent"] = True
        if self.menu:
            body["menu"] = self.menu
        return json.dumps(body, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """A message of ours that is to look different; ``text`` None changes its buttons only."""

    message_id: int
    text: str | None
    rows: Rows = ()

    def __repr__(self) -> str:
        return f"Edit({self.message_id}, …)"

    def to_json(self) -> str:
        """The edit as kept in an outbox row."""
        body = {"message_id": self.message_id, "text": self.text, "rows": _listed(self.rows)}
        return json.dumps(body, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Delete:
    """A message of ours that is to go from the chat; Telegram does it for 48 hours."""

    message_id: int

    def to_json(self) -> str:
        """The deletion as kept in an outbox row."""
        return json.dumps({"message_id": self.message_id})


@dataclass(frozen=True, slots=True)
class Menu:
    """The commands that the menu of one chat shows from now on, each with what it does."""

    commands: tuple[tuple[str, str], ...]

    def to_json(self) -> str:
        """The menu as kept in an outbox row."""
        return json.dumps({"commands": self.commands}, ensure_ascii=False)


def _listed(rows: Rows) -> list[list[list[str]]]:
    return [[button.to_json() for button in row] for row in rows]


def _rows(body: dict[str, Any]) -> Rows:
    return tuple(tuple(Button(*button) for button in row) for row in body["rows"])


def _file(body: dict[str, Any] | None) -> File | None:
    if body is None:
        return None
    return File(body["name"], base64.b64decode(body["content"]), body["is_picture"])


def _drawn(body: dict[str, Any]) -> Chart | Drawing | None:
    if "chart" in body:
        return chart_from_json(body["chart"])
    return drawing_from_json(body["drawing"]) if "drawing" in body else None


def message_from_json(text: str) -> Message:
    """The message kept by ``Message.to_json``."""
    body = json.loads(text)
    return Message(
        body["text"],
        _rows(body),
        body.get("code", ""),
        body.get("owed", ""),
        body.get("answers"),
        _file(body.get("file")),
        body.get("protected", False),
        _drawn(body),
        silent=body.get("silent", False),
        menu=tuple((name, does) for name, does in body.get("menu", ())),
    )


def edit_from_json(text: str) -> Edit:
    """The edit kept by ``Edit.to_json``."""
    body = json.loads(text)
    return Edit(body["message_id"], body["text"], _rows(body))


def delete_from_json(text: str) -> Delete:
    """The deletion kept by ``Delete.to_json``."""
    return Delete(json.loads(text)["message_id"])


def menu_from_json(text: str) -> Menu:
    """The menu kept by ``Menu.to_json``."""
    return Menu(tuple((name, does) for name, does in json.loads(text)["commands"]))
