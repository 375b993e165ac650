"""Sends and edits over the Bot API and says what became of it, as a value.

Whether a message may have arrived is decided by the cause of an error: a request that never left
may be repeated, one that left without an answer may have arrived. Telegram's words are read only
where its refusals have nothing else to be told apart by.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
import structlog
import telegram
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.charts import Chart
from bot.chat.scanning import picture_of
from bot.drawings import Drawing
from bot.messages import (
    Button,
    Delete,
    Edit,
    File,
    Menu,
    Message,
    Rows,
)
from bot.ports import Delivery, Refused, RetryLater, Sent, Uncertain

log = structlog.get_logger(__name__)

NEVER_LEFT = (httpx.PoolTimeout, httpx.ConnectTimeout, httpx.ConnectError)
"""Causes after which Telegram surely has nothing."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
BLIP_SECONDS = 2.0
"""After a trouble that is usually gone at once; a message that waits longer is tried more seldom.
"""
_SETTLED_EDITS = ("message is not modified", "message to edit not found", "can't be edited")
_SETTLED_DELETES = ("message to delete not found", "can't be deleted")
_GONE = ("chat not found", "user is deactivated")
TOAST_LIMIT = 200


class BotTransport:
    """The sending side of one bot. ``draw`` makes a PNG or a PDF; None: it cannot be drawn."""

    def __init__(self, bot: Bot, draw: Callable[[Chart | Drawing], bytes | None]) -> None:
        self._bot = bot
        self._draw = draw

    async def send(self, chat_id: int, message: Message) -> Delivery:
        """Send a new message, without markup and without a preview of links."""
        if message.drawn is not None:
            return await self._send_drawn(chat_id, message, message.drawn)
        try:
            if message.file is not None:
                sent = await self._send_file(chat_id, message, message.file)
            elif message.code:
                sent = await self._bot.send_photo(
                    chat_id,
                    picture_of(message.code),
                    caption=message.text,
                    reply_markup=_markup(message.rows),
                    filename="code.png",
                )
            else:
                sent = await self._bot.send_message(
                    chat_id,
                    message.text,
                    reply_markup=_markup(message.rows),
                    link_preview_options=_NO_PREVIEW,
                    reply_parameters=_referring(message.answers),
                    protect_content=message.protected or None,
                    disable_notification=message.silent or None,
                )
        except TelegramError as error:
            return outcome_of(error)
        if message.menu:
            await _at_best(self._set_commands(chat_id, message.menu), "show_menu")
        return Sent(sent.message_id)

    async def download(self, file_id: str) -> bytes | None:
        """The content of a file that somebody sent; None: Telegram does not hand it over now."""
        try:
            file = await self._bot.get_file(file_id)
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            log.warning("not_downloaded", kind=type(error).__name__)
            return None

    async def show_menu(self, chat_id: int, menu: Menu) -> Delivery:
        """Let the chat's own menu show these commands. A refusal says nothing of who is there."""
        try:
            await self._set_commands(chat_id, menu.commands)
        except (BadRequest, Forbidden):
            return Refused("no_menu")
        except TelegramError as error:
            return outcome_of(error)
        return Sent(None)

    async def _send_drawn(self, chat_id: int, message: Message, drawn: Chart | Drawing) -> Delivery:
        """Send the picture, or the paper, with its words; the words alone where it cannot be drawn,
        or where Telegram does not take it.
        """
        content = await asyncio.to_thread(self._draw, drawn)
        if content is not None:
            is_picture = isinstance(drawn, Chart) or drawn.form == "png"
            name = "chart.png" if isinstance(drawn, Chart) else drawn.name
            file = File(name, content, is_picture=is_picture)
            found = await self.send(chat_id, replace(message, drawn=None, file=file))
            if not isinstance(found, Refused) or found.unreachable:
                return found
        words = "\n\n".join(filter(None, (drawn.instead, message.text)))
        return await self.send(chat_id, replace(message, drawn=None, text=words))

    async def _set_commands(self, chat_id: int, menu: Sequence[tuple[str, str]]) -> None:
        commands = [BotCommand(name, does) for name, does in menu]
        await self._bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id))

    async def edit(self, chat_id: int, edit: Edit) -> Delivery:
        """Change a message of ours; one that is gone or already so counts as done."""
        try:
            if edit.text is None:
                await self._bot.edit_message_reply_markup(
                    chat_id=chat_id, message_id=edit.message_id, reply_markup=_markup(edit.rows)
                )
            else:
                await self._bot.edit_message_text(
                    edit.text,
                    chat_id=chat_id,
                    message_id=edit.message_id,
                    reply_markup=_markup(edit.rows),
                    link_preview_options=_NO_PREVIEW,
                )
        except BadRequest as error:
            if any(known in error.message.lower() for known in _SETTLED_EDITS):
                return Sent(edit.message_id)
            return outcome_of(error)
        except TelegramError as error:
            return outcome_of(error)
        return Sent(edit.message_id)

    async def _send_file(self, chat_id: int, message: Message, file: File) -> telegram.Message:
        """Send a file with its caption."""
        rows = _markup(message.rows)
        if file.is_picture:
            return await self._bot.send_photo(
                chat_id,
                file.content,
                caption=message.text,
                reply_markup=rows,
                filename=file.name,
                protect_content=message.protected or None,
                disable_notification=message.silent or None,
            )
        return await self._bot.send_document(
            chat_id,
            file.content,
            caption=message.text,
            reply_markup=rows,
            filename=file.name,
            protect_content=message.protected or None,
        )

    async def delete(self, chat_id: int, gone: Delete) -> Delivery:
        """Take a message of ours out of the chat; one that is gone, or too old, counts as done."""
        try:
            await self._bot.delete_message(chat_id, gone.message_id)
        except BadRequest as error:
            if any(known in error.message.lower() for known in _SETTLED_DELETES):
                return Sent(gone.message_id)
            return outcome_of(error)
        except TelegramError as error:
            return outcome_of(error)
        return Sent(gone.message_id)

    async def answer_tap(self, query_id: str, toast: str | None) -> None:
        """Stop the button's spinner. A tap that is too old, or a network that is away, changes
        nothing.
        """
        shown = toast[:TOAST_LIMIT] if toast else None
        await _at_best(self._bot.answer_callback_query(query_id, shown), "answer_tap")

    async def show_typing(self, chat_id: int) -> None:
        """Let the chat show "typing" until the next message, 5 seconds at most."""
        await _at_best(self._bot.send_chat_action(chat_id, ChatAction.TYPING), "show_typing")

    async def say_to_stranger(self, chat_id: int, text: str) -> Delivery:
        """One static line, without a row; if it is lost, it is lost."""
        return await self.send(chat_id, Message(text))

    async def leave(self, chat_id: int) -> None:
        """Leave a group."""
        await _at_best(self._bot.leave_chat(chat_id), "leave")


async def _at_best(call: Awaitable[object], what: str) -> None:
    """Try once: nothing hangs on it, and its failure is only counted in the log."""
    try:
        await call
    except TelegramError as error:
        log.info("not_done", what=what, error=type(error).__name__)


def _referring(message_id: int | None) -> ReplyParameters | None:
    """Refer to a message, which may have been deleted meanwhile: then to none."""
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.copies:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copies))
    return InlineKeyboardButton(button.label, callback_data=button.data)


def outcome_of(error: TelegramError) -> Delivery:
    """The outcome that an error shows for a message: surely not there, refused, or uncertain."""
    cause = error.__cause__
    name = type(cause or error).__name__
    if isinstance(error, RetryAfter):
        return RetryLater(_seconds(error), "slow_down", slow_down=True)
    if isinstance(error, Forbidden):
        return Refused("forbidden", unreachable=True)
    if isinstance(error, BadRequest):
        gone = any(known in error.message.lower() for known in _GONE)
        return Refused("bad_request", unreachable=gone)
    if isinstance(error, InvalidToken | Conflict):
        return RetryLater(BLIP_SECONDS, name)
    if isinstance(error, NetworkError) and isinstance(cause, NEVER_LEFT):
        return RetryLater(BLIP_SECONDS, name)
    return Uncertain(name)


def _seconds(error: RetryAfter) -> float:
    """Read the seconds to wait from an int or a timedelta, by python-telegram-bot's settings."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
