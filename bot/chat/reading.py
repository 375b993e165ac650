"""Updates -> what a person did. Each is parsed by itself; one that cannot be is None.

python-telegram-bot's handlers do the matching; their callbacks only translate. Nothing is decided.
"""

from __future__ import annotations

import json
from typing import Any

from telegram import Bot, ChatMember, Message, Update
from telegram.error import TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from bot.services.work.buttons import press
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    EditedMessage,
    Incoming,
    NothingForUs,
    Pressed,
    Said,
    SentSomething,
    Started,
    UnblockedBot,
)

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, TelegramError)
"""What python-telegram-bot raises on an update that is not of the shape it knows."""


class UpdateReader:
    """Reads one update at a time."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._handlers: tuple[BaseHandler[Any, Any, Incoming], ...] = (
            MessageHandler(filters.UpdateType.EDITED_MESSAGE, _edited),
            MessageHandler(filters.COMMAND, _command),
            MessageHandler(filters.TEXT, _text),
            MessageHandler(filters.ALL, _something),
            CallbackQueryHandler(_tap),
            ChatMemberHandler(_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        )

    async def __call__(self, body: str) -> tuple[Incoming, int] | None:
        """What the update says and in which chat; None where it cannot be parsed."""
        try:
            update = Update.de_json(json.loads(body), self._bot)
            chat = update.effective_chat
        except _UNREADABLE:
            return None
        if chat is None:
            return None
        for handler in self._handlers:
            if handler.check_update(update):
                return await handler.callback(update, None), chat.id
        return NothingForUs(), chat.id


def _message(update: Update) -> Message:
    message = update.effective_message
    if message is None:
        raise AssertionError("a message handler matched an update without a message")
    return message


async def _command(update: Update, _context: Any) -> Incoming:
    text = _message(update).text or ""
    command, *after = text.split(maxsplit=1)
    rest = after[0] if after else ""
    name = command[1:].partition("@")[0].lower()
    return Started(rest.strip()) if name == "start" else Commanded(name, rest.strip())


async def _text(update: Update, _context: Any) -> Incoming:
    return Said(_message(update).text or "")


async def _something(update: Update, _context: Any) -> Incoming:
    return SentSomething(_message(update).caption or "")


async def _edited(update: Update, _context: Any) -> Incoming:
    message = _message(update)
    return EditedMessage(message.text or message.caption or "")


async def _tap(update: Update, _context: Any) -> Incoming:
    query = update.callback_query
    if query is None:
        raise AssertionError("a tap handler matched an update without a tap")
    message_id = query.message.message_id if query.message else None
    return Pressed(press(query.data or ""), query.id, message_id)


async def _membership(update: Update, _context: Any) -> Incoming:
    change = update.my_chat_member
    if change is not None and change.new_chat_member.status == ChatMember.BANNED:
        return BlockedBot()
    return UnblockedBot()
