"""The limits of a message to Telegram: lengths, markup, keyboards, and chats it may not write to.

Used by the methods before anything happens. It must never let through what Telegram refuses.
Stricter on purpose: an inline button with two actions is refused (Telegram picks one by itself).
"""

from __future__ import annotations

import json
import re

from bot.sandbox.ledger import Button, Keyboard
from bot.sandbox.markup import Entity, parse_html, trimmed, utf16_length
from bot.sandbox.refusal import RefusedError, bad_request, forbidden
from bot.sandbox.requests import Params
from bot.sandbox.world import Account, Chat

TEXT = 4096
CAPTION = 1024
CALLBACK_DATA = 64
COPY_TEXT = 256
BUTTONS = 100
BUTTONS_IN_ROW = 8
MARKUP_BYTES = 10_240
TOAST = 200
ENTITIES = 100
START_PAYLOAD = re.compile(r"[A-Za-z0-9_\-]{1,64}")
ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)

Words = tuple[str, tuple[Entity, ...]]


def reachable(account: Account, params: Params) -> Chat:
    """The chat a bot may write to now; 400 or 403 in Telegram's words otherwise."""
    chat = known_chat(account, params)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.bot_is_member:
        raise forbidden("bot is not a member of the group chat")
    return chat


def known_chat(account: Account, params: Params) -> Chat:
    """The chat named by ``chat_id``; a person who never started the bot is not found."""
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = account.chats.get(params.integer("chat_id") or 0)
    if chat is None or not chat.started:
        raise bad_request("chat not found")
    return chat


def formatted(params: Params, name: str, entities_name: str) -> Words:
    """Text and entities of a parameter after parsing; blank text comes back empty."""
    source = params.text(name) or ""
    mode = (params.text("parse_mode") or "").lower()
    if mode not in {"", "html"}:
        raise bad_request("unsupported parse_mode")
    if mode:
        text, entities = parse_html(source)
    else:
        text, entities = source, _given_entities(params, entities_name)
    return trimmed(text, entities[:ENTITIES])


def _given_entities(params: Params, name: str) -> tuple[Entity, ...]:
    value = params.decoded(name, "can't parse entities: Can't parse entities JSON object")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise bad_request("can't parse entities: Expected an Array of MessageEntity")
    return tuple(value)


def message_text(params: Params) -> Words:
    """The ``text`` of a message: 1 to 4096 UTF-16 units after parsing."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(params, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > TEXT:
        raise bad_request("message is too long")
    return text, entities


def caption(params: Params) -> Words:
    """The ``caption`` of a file: 0 to 1024 UTF-16 units after parsing."""
    text, entities = formatted(params, "caption", "caption_entities")
    if utf16_length(text) > CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def reply_markup(params: Params) -> Keyboard | None:
    """The keyboard of a message; an empty reply keyboard stands for its removal."""
    value = params.decoded("reply_markup", "can't parse reply keyboard markup JSON object")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return _inline(value["inline_keyboard"])
    if "keyboard" in value:
        rows = _rows(value["keyboard"], "keyboard", "ReplyKeyboardMarkup")
        return Keyboard(tuple(tuple(map(_reply_button, row)) for row in rows), inline=False)
    return Keyboard((), inline=False) if value.get("remove_keyboard") is True else None


def _inline(value: object) -> Keyboard | None:
    rows = _rows(value, "inline_keyboard", "InlineKeyboardMarkup")
    parsed = [tuple(map(_inline_button, row)) for row in rows]
    if sum(map(len, parsed)) > BUTTONS or len(json.dumps(value).encode()) > MARKUP_BYTES:
        raise bad_request("reply markup is too long")
    # Telegram shows the first eight of a row and says nothing about the rest.
    shown = tuple(row[:BUTTONS_IN_ROW] for row in parsed if row)
    return Keyboard(shown) if shown else None


def _rows(value: object, field: str, kind: str) -> list[list[object]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{field}" of the {kind} must be an Array')
    if not all(isinstance(row, list) for row in value):
        raise bad_request(f'field "{field}" of the {kind} must be an Array of Arrays')
    return value


def _inline_button(value: object) -> Button:
    prefix = "can't parse inline keyboard button"
    if not isinstance(value, dict):
        raise bad_request(f"{prefix}: InlineKeyboardButton must be an Object")
    text = _label(value, prefix)
    actions = [name for name in ACTIONS if value.get(name) not in (None, "")]
    actions += [name for name in ("switch_inline_query",) if value.get(name) == ""]
    if not actions:
        raise bad_request(f"{prefix}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{prefix}: exactly one action must be used in a button")
    action = value[actions[0]]
    if actions[0] == "callback_data" and not _fits(action):
        raise bad_request("BUTTON_DATA_INVALID")
    if actions[0] == "copy_text" and not _can_be_copied(action, prefix):
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return Button(text, actions[0], action)


def _fits(data: object) -> bool:
    return isinstance(data, str) and len(data.encode()) <= CALLBACK_DATA


def _can_be_copied(copied: object, prefix: str) -> bool:
    if not isinstance(copied, dict):
        raise bad_request(f'{prefix}: Field "copy_text" must be of type Object')
    text = copied.get("text")
    return isinstance(text, str) and 1 <= utf16_length(text) <= COPY_TEXT


def _label(value: dict[str, object], prefix: str) -> str:
    if "text" not in value:
        raise bad_request(f'{prefix}: Can\'t find field "text"')
    text = value["text"]
    if not isinstance(text, str):
        raise bad_request(f'{prefix}: Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    return text


def _reply_button(value: object) -> Button:
    if isinstance(value, str):
        return Button(value)
    if not isinstance(value, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    return Button(_label(value, "can't parse keyboard button"))


def too_large(what: str) -> RefusedError:
    """A 413 for an upload that is too big."""
    return RefusedError(413, f"Request Entity Too Large: {what}")
