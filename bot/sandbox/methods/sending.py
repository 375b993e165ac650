"""Sending: sendMessage, sendDocument, sendPhoto and sendChatAction.

Each stores the message, writes the ledger and answers with the Message as Telegram would.
"""

from __future__ import annotations

from bot.sandbox import limits
from bot.sandbox.ledger import EntryKind, Keyboard, Media, Message, StoredFile
from bot.sandbox.methods.call import Call, Method
from bot.sandbox.pictures import picture_size
from bot.sandbox.refusal import bad_request
from bot.sandbox.shapes import Json, message_json
from bot.sandbox.world import Chat

UPLOAD = 50 * 1024 * 1024
PHOTO_UPLOAD = 10 * 1024 * 1024
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
COMMON = (
    *("chat_id", "parse_mode", "reply_markup", "reply_parameters"),
    *("protect_content", "disable_notification"),
)


def send_message(call: Call) -> Json:
    """The person sees a new message."""
    words = limits.message_text(call.params)
    return _post(call, "sent", words, None)


def send_document(call: Call) -> Json:
    """The person sees a file, uploaded now or named by its id."""
    words = limits.caption(call.params)
    stored = _file(call, "document", "documents", UPLOAD)
    media = Media("document", stored.file_id, stored.name, stored.mime, len(stored.content))
    return _post(call, "document", words, media)


def send_photo(call: Call) -> Json:
    """The person sees a picture; what is no PNG or JPEG, or too long or thin, is refused."""
    words = limits.caption(call.params)
    stored = _file(call, "photo", "photos", PHOTO_UPLOAD)
    width, height = picture_size(stored.content)
    size = len(stored.content)
    media = Media("photo", stored.file_id, stored.name, stored.mime, size, width, height)
    return _post(call, "photo", words, media)


def send_chat_action(call: Call) -> bool:
    """Nothing that lasts: the person sees "typing", or another action, for a moment."""
    if call.params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = limits.reachable(call.account, call.params)
    call.account.record(chat, "typing")
    return True


def _post(call: Call, kind: EntryKind, words: limits.Words, media: Media | None) -> Json:
    keyboard = limits.reply_markup(call.params)
    chat = limits.reachable(call.account, call.params)
    draft = Message(
        chat_id=chat.chat_id,
        message_id=0,
        at=call.now,
        from_bot=True,
        sender_id=call.account.bot_id,
        text=words[0],
        entities=words[1],
        keyboard=keyboard,
        media=media,
        reply_to=_replied(call, chat),
        protected=call.params.flag("protect_content"),
        silent=call.params.flag("disable_notification"),
    )
    message = call.account.add_message(chat, draft)
    _swap_reply_keyboard(chat, keyboard)
    call.account.record(chat, kind, message)
    return message_json(call.account, chat, message)


def _swap_reply_keyboard(chat: Chat, keyboard: Keyboard | None) -> None:
    if keyboard is not None and not keyboard.inline:
        chat.reply_keyboard = keyboard if keyboard.rows else None


def _replied(call: Call, chat: Chat) -> int | None:
    value = call.params.decoded("reply_parameters", "can't parse reply parameters JSON object")
    if not isinstance(value, dict):
        return None
    wanted = value.get("message_id")
    if isinstance(wanted, int) and wanted in chat.messages:
        return wanted
    if value.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _file(call: Call, name: str, folder: str, largest: int) -> StoredFile:
    upload = call.params.upload(name)
    if upload is None:
        return _known_file(call, name)
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > largest:
        raise limits.too_large(name)
    return call.account.add_file(folder, upload.name, upload.mime, upload.content)


def _known_file(call: Call, name: str) -> StoredFile:
    file_id = call.params.text(name)
    if not file_id:
        raise bad_request(f"there is no {name} in the request")
    if file_id not in call.account.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return call.account.files[file_id]


METHODS = (
    Method("sendMessage", (*COMMON, "text", "entities"), send_message, counted=True),
    Method(
        "sendDocument",
        (*COMMON, "document", "caption", "caption_entities"),
        send_document,
        counted=True,
    ),
    Method(
        "sendPhoto", (*COMMON, "photo", "caption", "caption_entities"), send_photo, counted=True
    ),
    Method("sendChatAction", ("chat_id", "action"), send_chat_action),
)
