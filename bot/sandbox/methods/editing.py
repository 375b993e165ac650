"""Changing what was sent: edits, deletion, and answers to taps.

An edit needs an own message that is still there and must change something; a tap may be answered
once, within ``QUERY_LIFE``. Telegram publishes no figure for the latter; people report 10 to 20 s.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.sandbox import limits
from bot.sandbox.ledger import Keyboard, Message
from bot.sandbox.markup import utf16_length
from bot.sandbox.methods.call import Call, Method
from bot.sandbox.refusal import bad_request
from bot.sandbox.shapes import Json, message_json
from bot.sandbox.world import Chat

QUERY_LIFE = timedelta(seconds=15)
DELETABLE = timedelta(hours=48)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def edit_text(call: Call) -> Json:
    """The text is replaced, and the keyboard by the given one or none."""
    text, entities = limits.message_text(call.params)
    chat, message = _editable(call)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    return _replaced(call, chat, message, text=text, entities=entities)


def edit_caption(call: Call) -> Json:
    """The caption of a file is replaced, and the keyboard by the given one or none."""
    text, entities = limits.caption(call.params)
    chat, message = _editable(call)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _replaced(call, chat, message, text=text, entities=entities)


def edit_reply_markup(call: Call) -> Json:
    """Only the keyboard is replaced, or removed."""
    chat, message = _editable(call)
    return _replaced(call, chat, message, text=message.text, entities=message.entities)


def _editable(call: Call) -> tuple[Chat, Message]:
    chat = limits.reachable(call.account, call.params)
    message_id = call.params.integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or (message.keyboard is not None and not message.keyboard.inline):
        raise bad_request("message can't be edited")
    return chat, message


def _replaced(
    call: Call, chat: Chat, message: Message, text: str, entities: tuple[dict[str, object], ...]
) -> Json:
    keyboard = _inline_only(call)
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise bad_request(NOT_MODIFIED)
    edited = replace(message, text=text, entities=entities, keyboard=keyboard, edited_at=call.now)
    chat.messages[message.message_id] = edited
    call.account.record(chat, "edited", edited, before=message.text)
    return message_json(call.account, chat, edited)


def _inline_only(call: Call) -> Keyboard | None:
    keyboard = limits.reply_markup(call.params)
    if keyboard is not None and not keyboard.inline:
        raise bad_request("inline keyboard expected")
    return keyboard


def delete_message(call: Call) -> bool:
    """The message is gone, if it is younger than 48 hours."""
    chat = limits.reachable(call.account, call.params)
    message = chat.messages.get(call.params.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if call.now - message.at >= DELETABLE or (chat.kind == "group" and not message.from_bot):
        raise bad_request("message can't be deleted for everyone")
    del chat.messages[message.message_id]
    call.account.record(chat, "deleted", message)
    return True


def answer_callback_query(call: Call) -> bool:
    """The button stops spinning; words, if any, are shown to the person."""
    text = call.params.text("text") or ""
    if utf16_length(text) > limits.TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    query = call.account.queries.pop(call.params.text("callback_query_id") or "", None)
    if query is None or call.now - query.at > QUERY_LIFE:
        raise bad_request(TOO_OLD)
    if text:
        chat = call.account.chats[query.chat_id]
        call.account.record(chat, "toast", text=text, alert=call.params.flag("show_alert"))
    call.account.world.touch()
    return True


EDIT = ("chat_id", "message_id", "reply_markup")
METHODS = (
    Method("editMessageText", (*EDIT, "text", "parse_mode", "entities"), edit_text),
    Method(
        "editMessageCaption",
        (*EDIT, "caption", "parse_mode", "caption_entities"),
        edit_caption,
    ),
    Method("editMessageReplyMarkup", EDIT, edit_reply_markup),
    Method("deleteMessage", ("chat_id", "message_id"), delete_message),
    Method(
        "answerCallbackQuery",
        ("callback_query_id", "text", "show_alert"),
        answer_callback_query,
    ),
)
