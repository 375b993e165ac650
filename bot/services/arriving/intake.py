"""Sorts raw updates before anything else sees them: whose they are, and whether they may be kept.

Works on plain JSON, so that one update that cannot be parsed spoils nobody else's. A chat that is
not known and brings no valid invite is never written down.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.services.arriving.contents import has_content
from bot.services.care import invitations
from storage import inbox, people
from storage.inbox import NewUpdate
from storage.people import Person
from storage.store import Tx

_FIELD = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Stranger:
    """A private chat that we do not know; ``has_link`` where it brought a link that is not
    valid; ``query_id`` names a tap, whose button spins until it is answered. ``words`` are there to
    be answered and are never kept.
    """

    chat_id: int
    language: str
    """Their app's language as Telegram says, such as "de-AT"; empty where it says nothing."""
    has_link: bool
    query_id: str | None = None
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The result of one batch; ``next_offset`` confirms all of it."""

    next_offset: int | None
    kept: int
    unreadable: tuple[str, ...]
    """The kind of each update that could not be read, as it calls itself in Telegram's words."""
    strangers: tuple[Stranger, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """The few facts of an update that intake needs."""

    update_id: int
    chat_id: int
    is_private: bool
    fingerprint: str
    text: str = field(repr=False)
    language: str
    caption: str = field(repr=False)
    asks: bool
    """False for Telegram's own notices: nobody wrote or tapped anything."""
    query_id: str | None = None
    written_at: datetime | None = None
    """The time of a message, in whole seconds."""


def take_in(tx: Tx, batch: Sequence[Any], now: datetime) -> TakenIn:
    """Commit what known people and holders of a valid invite sent; say what is left over."""
    rows: list[NewUpdate] = []
    strangers: list[Stranger] = []
    groups: list[int] = []
    unreadable: list[str] = []
    for raw in batch:
        seen = _look(raw)
        if seen is None:
            unreadable.append(_kind(raw))
        elif not seen.is_private:
            groups.append(seen.chat_id)
        else:
            person = _whose(tx, seen, now)
            if person is None and seen.asks:
                strangers.append(_stranger(seen))
            elif person is not None:
                body = json.dumps(raw, ensure_ascii=False)
                mark = f"{person.id}:{_fingerprint(tx, seen)}"
                rows.append(NewUpdate(seen.update_id, mark, person.id, body))
    if rows:
        inbox.add_many(tx, rows, now)
    return TakenIn(
        _next_offset(batch),
        len(rows),
        tuple(unreadable),
        tuple(strangers),
        tuple(dict.fromkeys(groups)),
    )


def _fingerprint(tx: Tx, seen: _Seen) -> str:
    """Tell a repeat from another update of the same number. The id of a tap is Telegram's name for
    what a person did: like that of a chat it is kept as a hash only.
    """
    return seen.fingerprint if seen.query_id is None else f"tap:{tx.tap_hash(seen.query_id)}"


def _next_offset(batch: Sequence[Any]) -> int | None:
    ids = [raw["update_id"] for raw in batch if _is_numbered(raw)]
    return max(ids) + 1 if ids else None


def _is_numbered(raw: Any) -> bool:
    return isinstance(raw, dict) and type(raw.get("update_id")) is int


def _whose(tx: Tx, seen: _Seen, now: datetime) -> Person | None:
    person = people.find_by_chat(tx, seen.chat_id)
    if person is not None:
        return person
    invite = invitations.find_valid(tx, _token(seen.text), now)
    if invite is None:
        return None
    # bound here, so that what the person writes right after the link is theirs already
    invitations.accept(tx, invite, seen.chat_id, now, pressed_at=seen.written_at)
    return people.load(tx, invite.person_id)


def _token(text: str) -> str:
    command, _, rest = text.partition(" ")
    return rest.strip() if command.partition("@")[0] == "/start" else ""


def _stranger(seen: _Seen) -> Stranger:
    return Stranger(
        seen.chat_id,
        seen.language,
        bool(_token(seen.text)),
        seen.query_id,
        seen.text or seen.caption,
    )


def _look(raw: Any) -> _Seen | None:
    """The facts of an update; None where even these cannot be read."""
    if not _is_numbered(raw):
        return None
    for kind in ("message", "edited_message", "my_chat_member"):
        if isinstance(raw.get(kind), dict):
            return _of_message(raw["update_id"], kind, raw[kind])
    if isinstance(raw.get("callback_query"), dict):
        return _of_tap(raw["update_id"], raw["callback_query"])
    return None


def _kind(raw: Any) -> str:
    """The field that says what an update is about; it names a kind and holds no words."""
    named = (key for key in raw if key != "update_id") if isinstance(raw, dict) else ()
    return next((key for key in named if _FIELD.fullmatch(key)), "nothing")


def _of_message(update_id: int, kind: str, body: dict[str, Any]) -> _Seen | None:
    chat = body.get("chat")
    if not isinstance(chat, dict) or type(chat.get("id")) is not int:
        return None
    mark = f"{kind}:{body.get('message_id')}:{body.get('edit_date') or body.get('date')}"
    return _Seen(
        update_id,
        chat["id"],
        chat.get("type") == "private",
        mark,
        _words(body, "text"),
        _language(body),
        _words(body, "caption"),
        has_content(body),
        written_at=_moment(body.get("date")),
    )


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if type(seconds) is int else None
    except (OverflowError, OSError, ValueError):
        return None  # no such moment


def _words(body: dict[str, Any], key: str) -> str:
    found = body.get(key)
    return found if isinstance(found, str) else ""


def _of_tap(update_id: int, body: dict[str, Any]) -> _Seen | None:
    """A tap belongs to who tapped: only in a private chat are that person and the chat the same."""
    sender, message = body.get("from"), body.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(sender, dict) or type(sender.get("id")) is not int:
        return None
    if not isinstance(chat, dict) or type(chat.get("id")) is not int:
        return None
    private = chat.get("type") == "private" and chat["id"] == sender["id"]
    query = body.get("id")
    return _Seen(
        update_id,
        chat["id"],
        private,
        "tap",
        "",
        _language(body),
        "",
        asks=True,
        query_id=query if isinstance(query, str) else None,
    )


def _language(body: dict[str, Any]) -> str:
    sender = body.get("from")
    code = sender.get("language_code") if isinstance(sender, dict) else None
    return code if isinstance(code, str) else ""
