"""The person's side: ``Person`` types, taps and looks at the screen; ``Group`` is a group chat.

Used by tests, the demo and the control API. These act on the world at once, without HTTP, because a
person's phone does not speak the Bot API. A tap goes by the label that is visible, never by data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.sandbox.ledger import Button, Entry, Media, Message
from bot.sandbox.limits import START_PAYLOAD, TEXT
from bot.sandbox.markup import command_entities, utf16_length
from bot.sandbox.pictures import picture_size
from bot.sandbox.shapes import Json, chat_json, membership, message_json, person_user, unix
from bot.sandbox.world import Account, Chat, World

PATIENCE = 10.0
"""Real seconds that a test waits for the bot before it fails."""
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"
    b":~\x9bU\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
_FROM_BOT = frozenset({"sent", "edited", "document", "photo", "toast"})


class NoSuchButtonError(LookupError):
    """No visible keyboard has the label; the message lists those that are visible."""


class BlockedError(RuntimeError):
    """Telegram lets nobody write to a bot, or tap, whom they have blocked."""


async def wait_until(
    world: World, predicate: Callable[[], object], limit: float, what: str
) -> None:
    """Return once ``predicate`` is true, looking after each change of the world only."""
    try:
        async with asyncio.timeout(limit):
            while True:
                changed = world.changed
                if predicate():
                    return
                await changed.wait()
    except TimeoutError as error:
        raise TimeoutError(f"waited {limit:g} s for {what}") from error


class Person:
    """One person and their private chat with the bot."""

    def __init__(
        self,
        account: Account,
        chat_id: int,
        name: str,
        handle: str | None = None,
        language: str | None = None,
    ) -> None:
        self._account = account
        self.chat_id = chat_id
        found = account.chats.get(chat_id)
        self._chat = found or Chat(chat_id, "private", name, handle, language)
        account.chats[chat_id] = self._chat

    @property
    def name(self) -> str:
        """The first name that Telegram shows."""
        return self._chat.name

    @property
    def has_blocked(self) -> bool:
        """True while the person blocks the bot."""
        return self._chat.blocked

    def go_on_from(self, message_id: int) -> None:
        """The chat was under way before this sandbox began; its newest message had this id."""
        self._chat.started = True
        self._chat.jump_to(message_id + 1)

    # -- what the person does

    def start(self, payload: str = "") -> Message:
        """Press START, with the payload of a deep link if there is one.

        ValueError for a payload that no link can carry: 1 to 64 of A-Z a-z 0-9 _ -.
        """
        if payload and not START_PAYLOAD.fullmatch(payload):
            raise ValueError("a start payload is 1 to 64 of A-Z, a-z, 0-9, _ and -")
        return self.say(f"/start {payload}".strip())

    def say(self, text: str) -> Message:
        """Type a message; beyond 4096 UTF-16 units it goes out as several. Returns the last."""
        parts = _parts(text.strip())
        if not parts:
            raise ValueError("Telegram sends no empty message")
        return [self._post(text=part, entities=command_entities(part)) for part in parts][-1]

    def reply(self, message: Message, text: str) -> Message:
        """Answer one message in particular."""
        return self._post(text=text, entities=command_entities(text), reply_to=message.message_id)

    def send_sticker(self, emoji: str = "🙂") -> Message:
        """Send a sticker."""
        media = Media("sticker", "sticker-1", emoji, "image/webp", 1024, 512, 512)
        return self._post(media=media)

    def send_photo(self, content: bytes = PIXEL, caption: str = "", album: str = "") -> Message:
        """Send a picture, a PNG or JPEG; one of several of an album where that has a name."""
        width, height = picture_size(content)
        stored = self._account.add_file("photos", "photo.png", "image/png", content)
        media = Media("photo", stored.file_id, "", "", len(content), width, height)
        return self._post(text=caption, media=media, album=album)

    def send_document(
        self, name: str, content: bytes, caption: str = "", *, forwarded: bool = False
    ) -> Message:
        """Send a file, or forward somebody else's."""
        stored = self._account.add_file("documents", name, "application/octet-stream", content)
        media = Media("document", stored.file_id, name, stored.mime, len(content))
        return self._post(text=caption, media=media, also=self._origin() if forwarded else {})

    def forward(self, text: str, name: str = "Somebody") -> Message:
        """Forward what somebody else wrote, whose account stays hidden."""
        return self._post(text=text, also=self._origin(name))

    def _origin(self, name: str = "Somebody") -> Json:
        now = self._account.world.clock.now()
        origin = {"type": "hidden_user", "sender_user_name": name, "date": unix(now)}
        return {"forward_origin": origin}

    def send_location(self, latitude: float, longitude: float) -> Message:
        """Share a place once."""
        return self._post(also={"location": {"latitude": latitude, "longitude": longitude}})

    def send_contact(self, name: str, number: str) -> Message:
        """Share somebody's contact."""
        return self._post(also={"contact": {"first_name": name, "phone_number": number}})

    def send_voice(self, seconds: int = 3) -> Message:
        """Send a voice message."""
        voice = {"file_id": "voice-1", "file_unique_id": "voice-1", "duration": seconds}
        return self._post(also={"voice": voice})

    def edit(self, message: Message, text: str) -> Message:
        """Change an own earlier message."""
        now = self._account.world.clock.now()
        edited = replace(
            self._chat.messages[message.message_id],
            text=text,
            entities=command_entities(text),
            edited_at=now,
        )
        self._chat.messages[message.message_id] = edited
        self._account.record(self._chat, "edited", edited, before=message.text)
        self._account.emit("edited_message", message_json(self._account, self._chat, edited))
        return edited

    def delete(self, message: Message) -> None:
        """Delete a message from the chat; the bot is not told."""
        del self._chat.messages[message.message_id]
        self._account.record(self._chat, "deleted", message)

    def tap(self, label: str, message: Message | None = None) -> str | None:
        """Tap the button with this label: on ``message``, else on the newest message that has it.

        Returns the id of the callback query, None for a button that sends none. LookupError with
        the visible labels if there is no such button.
        """
        for shown in self._with_keyboard() if message is None else [self._now(message)]:
            for button in shown.keyboard.buttons if shown.keyboard else ():
                if button.text == label:
                    return self._press(shown, button)
        keys = self._chat.reply_keyboard
        if message is None and keys and any(button.text == label for button in keys.buttons):
            self.say(label)
            return None
        raise NoSuchButtonError(f"no button {label!r}; visible: {self._all_labels()}")

    def tap_data(self, message: Message | int, data: str) -> str:
        """Send any callback data for any message, as a forged or a stale button would."""
        message_id = message if isinstance(message, int) else message.message_id
        return self._query(message_id, "", data)

    def block(self) -> None:
        """Block the bot; it is told by ``my_chat_member``."""
        self._set_blocked(True)

    def unblock(self) -> None:
        """Let the bot write again; it is told by ``my_chat_member``."""
        self._set_blocked(False)

    def deactivate(self) -> None:
        """Delete the whole Telegram account; the bot is told only when it writes."""
        self._chat.deactivated = True

    # -- what the person sees

    @property
    def ledger(self) -> list[Entry]:
        """Everything seen and done, oldest first."""
        return list(self._chat.ledger)

    @property
    def screen(self) -> list[Message]:
        """The messages as they stand now, oldest first."""
        return [self._chat.messages[number] for number in sorted(self._chat.messages)]

    @property
    def labels(self) -> list[list[str]]:
        """The buttons of the newest message that has an inline keyboard, row by row."""
        newest = next(iter(self._with_keyboard()), None)
        return [list(row) for row in newest.keyboard.labels] if newest and newest.keyboard else []

    @property
    def newest(self) -> Message:
        """The newest message of the bot; LookupError before there is one."""
        for message in reversed(self.screen):
            if message.from_bot:
                return message
        raise LookupError("the bot has not written yet")

    @property
    def last(self) -> str:
        """The text of the newest message of the bot."""
        return self.newest.text

    @property
    def mark(self) -> int:
        """A place in the ledger to look back to with ``since``."""
        return len(self._chat.ledger)

    def since(self, mark: int) -> list[Entry]:
        """Return what happened after ``mark``."""
        return self._chat.ledger[mark:]

    def heard(self, mark: int = 0) -> list[Entry]:
        """Return what the bot showed after ``mark``."""
        return [entry for entry in self.since(mark) if entry.kind in _FROM_BOT]

    def opened(self, message: Message) -> tuple[str, bytes]:
        """The name and the bytes of the file in a message. ValueError: it has none."""
        if message.media is None:
            raise ValueError("there is no file in this message")
        stored = self._account.files[message.media.file_id]
        return stored.name, stored.content

    async def wait_for(
        self,
        predicate: Callable[[Person], object],
        limit: float = PATIENCE,
        what: str = "the chat to change",
    ) -> None:
        """Return once ``predicate`` holds for this person; TimeoutError after real seconds."""
        what = f"{what} in chat {self.chat_id}"
        await wait_until(self._account.world, lambda: predicate(self), limit, what)

    async def hears(self, mark: int, count: int = 1, limit: float = PATIENCE) -> list[Entry]:
        """Wait until the bot has shown ``count`` things since ``mark``, and return them."""
        what = f"{count} from the bot"
        await self.wait_for(lambda person: len(person.heard(mark)) >= count, limit, what)
        return self.heard(mark)

    # -- how

    def _post(self, **fields: object) -> Message:
        if self._chat.blocked or self._chat.deactivated:
            raise BlockedError("who blocked the bot cannot write to it")
        self._chat.started = True
        now = self._account.world.clock.now()
        draft = Message(self.chat_id, 0, now, from_bot=False, sender_id=self.chat_id)
        filled = replace(draft, **fields)  # type: ignore[arg-type]
        message = self._account.add_message(self._chat, filled)
        self._account.record(self._chat, "said", message)
        self._account.emit("message", message_json(self._account, self._chat, message))
        return message

    def _now(self, message: Message) -> Message:
        return self._chat.messages.get(message.message_id, message)

    def _with_keyboard(self) -> list[Message]:
        found = [m for m in self.screen if m.keyboard and m.keyboard.inline]
        return list(reversed(found))

    def _all_labels(self) -> list[str]:
        shown = [b.text for m in self._with_keyboard() if m.keyboard for b in m.keyboard.buttons]
        keys = self._chat.reply_keyboard
        return shown + ([button.text for button in keys.buttons] if keys else [])

    def _press(self, message: Message, button: Button) -> str | None:
        if button.data is not None:
            return self._query(message.message_id, button.text, button.data)
        self._account.record(self._chat, "tapped", message, text=button.text, keyboard=())
        return None

    def _query(self, message_id: int, label: str, data: str) -> str:
        if self._chat.blocked:
            raise BlockedError("who blocked the bot cannot tap")
        query = self._account.add_query(self._chat)
        self._account.record(self._chat, "tapped", message_id=message_id, text=label, data=data)
        found = self._chat.messages.get(message_id)
        gone: Json = {"chat": chat_json(self._chat), "message_id": message_id, "date": 0}
        payload: Json = {
            "id": query.query_id,
            "from": person_user(self._chat),
            "message": message_json(self._account, self._chat, found) if found else gone,
            "chat_instance": str(9_000_000_000 + abs(self.chat_id)),
            "data": data,
        }
        self._account.emit("callback_query", payload)
        return query.query_id

    def _set_blocked(self, blocked: bool) -> None:
        if self._chat.blocked == blocked:
            return
        self._chat.blocked = blocked
        self._account.record(self._chat, "blocked" if blocked else "unblocked")
        statuses = ("member", "kicked") if blocked else ("kicked", "member")
        now = self._account.world.clock.now()
        by = person_user(self._chat)
        change = membership(self._account, self._chat, now, *statuses, by)
        self._account.emit("my_chat_member", change)


class Group:
    """A group chat, as far as a bot that leaves groups meets one."""

    def __init__(self, account: Account, chat_id: int, title: str) -> None:
        self._account = account
        self.chat_id = chat_id
        self._chat = account.chats.get(chat_id) or Chat(chat_id, "group", title)
        account.chats[chat_id] = self._chat

    @property
    def bot_is_member(self) -> bool:
        """True if the bot is in the group now."""
        return self._chat.started and self._chat.bot_is_member

    def add_bot(self, by: Person) -> None:
        """Somebody brings the bot in; it is told by ``my_chat_member``."""
        self._chat.started, self._chat.bot_is_member = True, True
        now = self._account.world.clock.now()
        sender = _sender(self._account, by)
        change = membership(self._account, self._chat, now, "left", "member", sender)
        self._account.emit("my_chat_member", change)

    def say(self, by: Person, text: str) -> Message:
        """Somebody writes in the group and the bot sees it."""
        now = self._account.world.clock.now()
        draft = Message(self.chat_id, 0, now, from_bot=False, sender_id=by.chat_id, text=text)
        draft = replace(draft, entities=command_entities(text))
        message = self._account.add_message(self._chat, draft)
        self._account.record(self._chat, "said", message)
        sender = _sender(self._account, by)
        shape = message_json(self._account, self._chat, message, sender)
        self._account.emit("message", shape)
        return message


def _sender(account: Account, by: Person) -> Json:
    return person_user(account.chats[by.chat_id])


def _parts(text: str) -> list[str]:
    """Pieces of at most 4096 UTF-16 units, as a phone cuts what was typed."""
    parts: list[str] = []
    while text:
        size = min(len(text), TEXT)
        while utf16_length(text[:size]) > TEXT:
            size -= 1
        parts.append(text[:size])
        text = text[size:]
    return parts
