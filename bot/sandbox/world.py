"""Everything the sandbox knows, in memory: bots by token, their chats, messages, files and ledgers.

The methods (the bot's side) and ``client`` (the person's side) both act on it; ``shapes`` turns it
into Telegram's JSON. Numbers and times come from counters and the clock only, so one script gives
one history. It must never be read by the bot under test except through HTTP.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Literal

from bot.clock import Clock
from bot.sandbox.delivering import Deliverer, Webhook
from bot.sandbox.ledger import Entry, EntryKind, Keyboard, Message, Query, StoredFile
from bot.sandbox.updates import UpdateQueue


class Chat:
    """One chat as one bot knows it; ``members`` of a group are only those who wrote."""

    def __init__(
        self,
        chat_id: int,
        kind: Literal["private", "group"],
        name: str,
        handle: str | None = None,
        language: str | None = None,
    ) -> None:
        self.chat_id = chat_id
        self.kind = kind
        self.name = name
        self.handle = handle
        self.language = language
        self.started = False
        self.blocked = False
        self.deactivated = False
        self.bot_is_member = True
        self.messages: dict[int, Message] = {}
        self.ledger: list[Entry] = []
        self.reply_keyboard: Keyboard | None = None
        self._next_message_id = 1

    def number(self) -> int:
        """The next message id of this chat."""
        self._next_message_id += 1
        return self._next_message_id - 1

    def jump_to(self, message_id: int) -> None:
        """Number the next message so: the chat goes on from an earlier life of the sandbox."""
        self._next_message_id = message_id


class Account:
    """One bot of the world: its chats, files, queries, updates, and what it said about itself.

    ``entries`` counts the lines of all ledgers by kind.
    """

    def __init__(self, world: World, token: str, username: str, name: str, bot_id: int) -> None:
        self.world = world
        self.token = token
        self.username = username
        self.name = name
        self.bot_id = bot_id
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.updates = UpdateQueue(world.clock)
        self.commands: dict[tuple[str, str], list[dict[str, object]]] = {}
        self.names: dict[str, str] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.webhook = Webhook()
        self.deliverer = Deliverer(self)
        self.entries: Counter[EntryKind] = Counter()
        self._next_query = 1

    @property
    def is_quiet(self) -> bool:
        """All updates are confirmed; where there is no webhook, a poll hangs."""
        if self.webhook.url:
            return not self.updates.pending and self.deliverer.is_idle
        return self.updates.hanging

    def emit(self, kind: str, payload: dict[str, object]) -> int | None:
        """Queue an update for the bot; None if the bot did not ask for this kind."""
        update_id = self.updates.push(kind, payload)
        self.world.touch()
        return update_id

    def record(
        self, chat: Chat, kind: EntryKind, message: Message | None = None, **more: object
    ) -> None:
        """Add one line to the chat's ledger, taking text, buttons and file from ``message``."""
        entry = Entry(self.world.clock.now(), kind)
        if message is not None:
            shown = message.keyboard.labels if message.keyboard else ()
            entry = replace(
                entry,
                message_id=message.message_id,
                text=message.text,
                keyboard=shown,
                media=message.media,
            )
        self.entries[kind] += 1
        chat.ledger.append(replace(entry, **more) if more else entry)  # type: ignore[arg-type]
        self.world.touch()

    def add_message(self, chat: Chat, message: Message) -> Message:
        """Put a message into the chat under its next number."""
        numbered = replace(message, message_id=chat.number())
        chat.messages[numbered.message_id] = numbered
        return numbered

    def add_file(self, folder: str, name: str, mime: str, content: bytes) -> StoredFile:
        """Keep an uploaded file; its id and path depend on the order of uploads only."""
        number = len(self.files) + 1
        ending = name.rsplit(".", 1)[-1] if "." in name else "bin"
        stored = StoredFile(
            f"file-{number}", f"{folder}/file_{number}.{ending}", name, mime, content
        )
        self.files[stored.file_id] = stored
        return stored

    def add_query(self, chat: Chat) -> Query:
        """A callback query that waits for its answer."""
        query = Query(str(7_000_000 + self._next_query), chat.chat_id, self.world.clock.now())
        self._next_query += 1
        self.queries[query.query_id] = query
        return query


class World:
    """All bots; ``changed`` is set, and replaced, when anything a test may wait for happened."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.accounts: dict[str, Account] = {}
        self.proxies: dict[str, list[str]] = {}
        """Public addresses, and who listens behind each on this machine."""
        self._changed = asyncio.Event()

    @property
    def changed(self) -> asyncio.Event:
        """An event that the next change sets; fetch it before looking, wait on it after."""
        return self._changed

    def touch(self) -> None:
        """Tell whoever waits that something changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    def add_bot(self, token: str, username: str, name: str) -> Account:
        """A further bot; its id is the number before the colon of the token, if there is one."""
        digits = token.split(":", 1)[0]
        bot_id = int(digits) if digits.isdigit() else 100_000_000 + len(self.accounts)
        self.accounts[token] = Account(self, token, username, name, bot_id)
        return self.accounts[token]

    def account(self, token: str | None = None) -> Account:
        """The bot of this token; without one the first bot."""
        return self.accounts[token] if token else next(iter(self.accounts.values()))

    def ledger(self, chat_id: int, token: str | None = None) -> list[Entry]:
        """Tell what this chat really saw and did, oldest first; empty for a chat nobody opened."""
        chat = self.account(token).chats.get(chat_id)
        return list(chat.ledger) if chat else []
