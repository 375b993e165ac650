"""Updates -> what a person did, read from Telegram's plain JSON. Nothing is decided.

Only the fields that are used are looked at, so that an update which lacks another one, or has one
that no library knows yet, is read all the same.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.services.arriving.contents import has_content
from bot.services.work.buttons import press
from bot.services.work.incoming import (
    BlockedBot,
    Document,
    EditedMessage,
    Forwarded,
    Incoming,
    NothingForUs,
    Pressed,
    Received,
    Said,
    SentSomething,
    Sort,
    UnblockedBot,
    read_text,
)
from flows.schedule.nearest_place import Spot

SORTS: dict[str, Sort] = {
    "voice": "voice",
    "video_note": "voice",
    "audio": "voice",
    "contact": "contact",
    "sticker": "sticker",
}
"""The fields of a Message that tell what sort of thing was sent."""
_BANNED = "kicked"
_LARGEST_ID = 1 << 53

Json = dict[str, Any]


class _UnreadableError(Exception):
    """The update is not of the shape that the Bot API describes."""


def read_update(body: str) -> Received | None:
    """Read what the update says, in which chat and when; None where it cannot be read."""
    try:
        return _received(json.loads(body))
    except (ValueError, RecursionError, _UnreadableError):
        return None


def _received(update: Any) -> Received:
    if not isinstance(update, dict):
        raise _UnreadableError
    if "callback_query" in update:
        tap = _object(update, "callback_query")
        return Received(_pressed(tap), _chat_id(_object(tap, "message")))
    for kind, read in (
        ("message", _written),
        ("edited_message", _edited),
        ("my_chat_member", _membership),
    ):
        if kind in update:
            found = _object(update, kind)
            album = found.get("media_group_id")
            return Received(
                read(found),
                _chat_id(found),
                _moment(found.get("edit_date") or found.get("date")),
                album if isinstance(album, str) else None,
            )
    raise _UnreadableError


def _written(message: Json) -> Incoming:
    if not has_content(message):
        return NothingForUs()
    message_id = _number(message)
    if "forward_origin" in message or "via_bot" in message:  # another bot wrote what was chosen
        words = "text" if "text" in message else "caption"
        return Forwarded(_text(message, words), message_id, _document(message))
    if "text" not in message:
        caption = _text(message, "caption")
        sort, spot = _sort(message), _spot(message)
        return SentSomething(caption, message_id, sort, spot, _document(message))
    read = read_text(_text(message, "text"), message_id)
    return replace(read, replies_to=_replied_to(message)) if isinstance(read, Said) else read


def _replied_to(message: Json) -> int | None:
    """The id of the message that was answered in particular; None where none was."""
    found = message.get("reply_to_message")
    return _number(found) if isinstance(found, dict) else None


def _sort(message: Json) -> Sort:
    return next((sort for field, sort in SORTS.items() if field in message), "other")


def _spot(message: Json) -> Spot | None:
    """Read where a shared place is; None where none was shared."""
    found = message.get("location")
    if not isinstance(found, dict):
        return None
    latitude, longitude = found.get("latitude"), found.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    return Spot(float(latitude), float(longitude))


def _document(message: Json) -> Document | None:
    """Read which file was sent; None where none was, or Telegram does not say which."""
    found = message.get("document")
    if not isinstance(found, dict):
        return None
    file_id, name, size = (found.get(key) for key in ("file_id", "file_name", "file_size"))
    if not isinstance(file_id, str) or not isinstance(name, str) or type(size) is not int:
        return None
    return Document(file_id, name, size)


def _edited(message: Json) -> Incoming:
    """A live location is changed by the phone as its owner walks, what came by another bot by that
    bot: nobody wrote anything.
    """
    if not has_content(message) or "location" in message or "via_bot" in message:
        return NothingForUs()
    words = "text" if "text" in message else "caption"
    return EditedMessage(_text(message, words), _number(message))


def _pressed(tap: Json) -> Pressed:
    query_id = tap.get("id")
    if not isinstance(query_id, str):
        raise _UnreadableError
    message = _object(tap, "message")
    shown_at = _moment(message["date"]) if message.get("date") else None  # 0: out of reach
    return Pressed(press(_text(tap, "data")), query_id, _number(message), shown_at)


def _membership(change: Json) -> Incoming:
    status = _object(change, "new_chat_member").get("status")
    return BlockedBot() if status == _BANNED else UnblockedBot()


def _object(parent: Json, key: str) -> Json:
    found = parent.get(key)
    if not isinstance(found, dict):
        raise _UnreadableError
    return found


def _chat_id(message: Json) -> int:
    found = _object(message, "chat").get("id")
    if type(found) is not int:
        raise _UnreadableError
    return found


def _text(parent: Json, key: str) -> str:
    found = parent.get(key, "")
    if not isinstance(found, str):
        raise _UnreadableError
    return found


def _number(message: Json) -> int | None:
    """The message's id, which orders what is in a chat; None where it is no such number."""
    found = message.get("message_id")
    return found if type(found) is int and 0 < found < _LARGEST_ID else None


def _moment(seconds: Any) -> datetime | None:
    """A date of the Bot API; None where it lies outside of the calendar or is no number."""
    if type(seconds) is not int:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
