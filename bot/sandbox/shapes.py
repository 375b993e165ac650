"""Telegram's JSON for the values of the world: complete enough for a strict client to parse.

Used by the methods for results and by ``client`` for updates. It must never invent a field that the
Bot API does not have.
"""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.ledger import Button, Keyboard, Media, Message
from bot.sandbox.world import Account, Chat

Json = dict[str, object]


def unix(at: datetime) -> int:
    """Whole seconds since 1970, as every date of the Bot API."""
    return int(at.timestamp())


def bot_user(account: Account) -> Json:
    """The bot as a User."""
    return {
        "id": account.bot_id,
        "is_bot": True,
        "first_name": account.name,
        "username": account.username,
    }


def person_user(chat: Chat) -> Json:
    """The person of a private chat as a User."""
    user: Json = {"id": chat.chat_id, "is_bot": False, "first_name": chat.name}
    if chat.handle:
        user["username"] = chat.handle
    if chat.language:
        user["language_code"] = chat.language
    return user


def chat_json(chat: Chat) -> Json:
    """The chat as a Chat."""
    shape: Json = {"id": chat.chat_id, "type": chat.kind}
    shape["first_name" if chat.kind == "private" else "title"] = chat.name
    if chat.handle:
        shape["username"] = chat.handle
    return shape


def full_chat(chat: Chat) -> Json:
    """The chat as a ChatFullInfo, with the fields that are never absent."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    accepted = dict.fromkeys((*gifts, "gifts_from_channels"), True)
    return {
        **chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": accepted,
    }


def button_json(button: Button) -> Json:
    """A button as an InlineKeyboardButton or KeyboardButton."""
    shape: Json = {"text": button.text}
    if button.action != "text":
        shape[button.action] = button.value
    return shape


def keyboard_json(keyboard: Keyboard) -> Json:
    """An inline keyboard as an InlineKeyboardMarkup."""
    return {"inline_keyboard": [[button_json(button) for button in row] for row in keyboard.rows]}


def media_json(media: Media) -> Json:
    """The file under its name in a Message; a photo is a list with one size."""
    shape: Json = {
        "file_id": media.file_id,
        "file_unique_id": f"u-{media.file_id}",
        "file_size": media.size,
    }
    if media.kind == "photo":
        return {"photo": [{**shape, "width": media.width, "height": media.height}]}
    if media.kind == "document":
        return {"document": {**shape, "file_name": media.name, "mime_type": media.mime}}
    flags: Json = {"type": "regular", "is_animated": False, "is_video": False, "emoji": media.name}
    return {"sticker": {**shape, **flags, "width": media.width, "height": media.height}}


def message_json(
    account: Account, chat: Chat, message: Message, sender: Json | None = None
) -> Json:
    """The message as a Message; ``sender`` is needed only for somebody in a group."""
    user = bot_user(account) if message.from_bot else sender or person_user(chat)
    shape: Json = {
        "message_id": message.message_id,
        "from": user,
        "chat": chat_json(chat),
        "date": unix(message.at),
    }
    words = ("caption", "caption_entities") if message.media else ("text", "entities")
    if message.text:
        shape[words[0]] = message.text
    if message.entities:
        shape[words[1]] = list(message.entities)
    if message.media:
        shape.update(media_json(message.media))
    return {**shape, **_extras(account, chat, message, sender)}


def _extras(account: Account, chat: Chat, message: Message, sender: Json | None) -> Json:
    extras: Json = {}
    if message.edited_at:
        extras["edit_date"] = unix(message.edited_at)
    if message.keyboard and message.keyboard.inline:
        extras["reply_markup"] = keyboard_json(message.keyboard)
    if message.album:
        extras["media_group_id"] = message.album
    extras.update(message.also)
    if message.protected:
        extras["has_protected_content"] = True
    replied = chat.messages.get(message.reply_to) if message.reply_to else None
    if replied:
        bare = message_json(account, chat, replied, sender)
        extras["reply_to_message"] = {k: v for k, v in bare.items() if k != "reply_to_message"}
    return extras


def membership(account: Account, chat: Chat, at: datetime, old: str, new: str, by: Json) -> Json:
    """A ChatMemberUpdated about the bot itself; the statuses are Telegram's words."""
    return {
        "chat": chat_json(chat),
        "from": by,
        "date": unix(at),
        "old_chat_member": _member(account, old),
        "new_chat_member": _member(account, new),
    }


def _member(account: Account, status: str) -> Json:
    shape: Json = {"status": status, "user": bot_user(account)}
    if status == "kicked":
        shape["until_date"] = 0
    return shape
