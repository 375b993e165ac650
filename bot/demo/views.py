"""A chat as the page shows it: the sandbox's messages, buttons, files and menus as plain JSON.

Used by the stage. What a person wrote stays text: styles come from Telegram's entities alone, and
no text is ever taken for markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from urllib.parse import quote, urlsplit

from bot.sandbox.ledger import Button, Media, Message
from bot.sandbox.markup import Entity, utf16_length
from bot.sandbox.world import Account, Chat
from flows.languages import Language, tongue_of

Json = dict[str, object]

STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strikethrough",
    "spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
"""The page's word for each kind of entity that changes how a text looks."""
LINKS = ("https", "http", "mailto", "tel")
"""The sorts of address that a button or a text may lead to."""


def message_view(message: Message) -> Json:
    """One message as it stands now."""
    return {
        "id": message.message_id,
        "from": "bot" if message.from_bot else "person",
        "at": instant(message.at),
        "edited": message.edited_at is not None,
        "parts": list(parts_of(message.text, message.entities)),
        "keyboard": _keyboard(message),
        "media": None if message.media is None else _media(message.media),
    }


def instant(at: datetime) -> str:
    """An instant as the page gets it: ISO 8601, in UTC."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parts_of(text: str, entities: tuple[Entity, ...]) -> Iterator[Json]:
    """The text cut where its looks change; put together, the parts are the text."""
    spans = [(int(str(e["offset"])), int(str(e["length"])), e) for e in entities]
    spans = [(begin, begin + length, e) for begin, length, e in spans if _is_seen(e)]
    whole = text.encode("utf-16-le", "surrogatepass")
    cuts = {0, utf16_length(text)} | {cut for begin, end, _ in spans for cut in (begin, end)}
    ordered = sorted(cuts)
    for begin, end in pairwise(ordered):
        over = [e for first, last, e in spans if first <= begin and end <= last]
        yield {
            "text": whole[2 * begin : 2 * end].decode("utf-16-le", "surrogatepass"),
            "styles": [STYLES[kind] for e in over if (kind := str(e["type"])) in STYLES],
            "href": next((url for e in over if (url := address(e.get("url")))), None),
        }


def _is_seen(entity: Entity) -> bool:
    return str(entity["type"]) in STYLES or address(entity.get("url")) is not None


def address(url: object) -> str | None:
    """The address, where it is one that a person may be led to; None for any other."""
    text = str(url or "")
    return text if urlsplit(text).scheme in LINKS else None


def _keyboard(message: Message) -> list[list[Json]] | None:
    if message.keyboard is None or not message.keyboard.inline:
        return None
    return [[_button(button) for button in row] for row in message.keyboard.rows]


def _button(button: Button) -> Json:
    return {
        "label": button.text,
        "url": address(button.value) if button.action == "url" else None,
    }


def _media(media: Media) -> Json:
    return {
        "kind": media.kind,
        "name": media.name,
        "url": None if media.kind == "sticker" else f"/media/{quote(media.file_id)}",
        "width": media.width,
        "height": media.height,
        "size": media.size,
    }


def reply_keyboard_of(chat: Chat) -> list[list[str]] | None:
    """The labels that stand instead of the person's own keyboard, row by row."""
    keys = chat.reply_keyboard
    return None if keys is None else [list(row) for row in keys.labels]


def commands_of(account: Account, chat_id: int, language: Language) -> list[dict[str, object]]:
    """The menu that Telegram shows in this chat: its own one, or else everybody's, in the language
    of the phone where there is one.
    """
    code = tongue_of(language).code
    scopes = (
        {"type": "chat", "chat_id": chat_id},
        {"type": "all_private_chats"},
        {"type": "default"},
    )
    for scope in scopes:
        named = json.dumps(scope, sort_keys=True)
        for spoken in (code, ""):
            if found := account.commands.get((named, spoken)):
                return found
    return []
