"""The chats as whoever looks on has been told of them: what is new since, and what is unread.

Used by the stage after every quiet moment. It reads the sandbox's ledgers and screens and must
never change them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.demo import views
from bot.demo.cast import Role
from bot.demo.views import Json
from bot.sandbox.ledger import Entry
from bot.sandbox.world import Account

FROM_BOT = frozenset({"sent", "photo", "document"})
"""Entries that bring a new message of the bot."""
SHOWN = frozenset({*FROM_BOT, "said", "edited"})
"""Entries after which a message stands in the chat as it did not before."""
Told = tuple[str, Json]
"""An event of the page: its kind and its value."""


class Telling:
    """The place up to which whoever looks on has been told, and how far each chat was looked at."""

    def __init__(self, cast: Sequence[Role], account: Account, shown: Sequence[int]) -> None:
        self._cast = {role.chat: role for role in cast}
        self._account = account
        self._told = dict.fromkeys(self._cast, 0)
        self._seen = dict.fromkeys(self._cast, 0)
        self._menus: dict[int, list[dict[str, object]]] = {}
        self.shown: list[int] = list(shown)
        """The chats that whoever looks on has before them."""

    def let_in(self, role: Role) -> None:
        """Somebody new is there; whoever looks on gets the whole of their chat at once."""
        self._cast[role.chat] = role
        self._told[role.chat], self._seen[role.chat] = role.person.mark, 0

    def show(self, chat: int) -> None:
        """The chat is looked at, in the place of the one that was shown of the same role."""
        is_client = self._cast[chat].alias is not None
        kept = [c for c in self.shown if (self._cast[c].alias is not None) != is_client]
        self.shown = [*kept, chat]
        self._seen[chat] = self._cast[chat].person.mark

    def unread(self, chat: int) -> int:
        """The messages of the bot since the chat was last looked at."""
        entries = self._cast[chat].person.since(self._seen[chat])
        return sum(entry.kind in FROM_BOT for entry in entries)

    def has_news(self, chats: Sequence[int], marks: Sequence[int]) -> bool:
        """True where the bot has written in one of these chats since its mark."""
        return any(
            entry.kind in FROM_BOT
            for chat, mark in zip(chats, marks, strict=True)
            for entry in self._cast[chat].person.since(mark)
        )

    def marks(self, chats: Sequence[int]) -> list[int]:
        """The places in these chats' ledgers that ``has_news`` looks back to."""
        return [self._cast[chat].person.mark for chat in chats]

    def news(self) -> Iterator[Told]:
        """Tell what has happened in every chat since the last time, each thing once."""
        for chat, role in self._cast.items():
            entries = role.person.since(self._told[chat])
            self._told[chat] = role.person.mark
            if entries:
                yield from self._changes(role, entries)
            if chat in self.shown:
                self._seen[chat] = role.person.mark
            menu = self._menu(role)
            if menu != self._menus.get(chat, []):
                self._menus[chat] = menu
                yield "commands", {"chat": chat, "commands": menu}

    def _changes(self, role: Role, entries: Sequence[Entry]) -> Iterator[Told]:
        standing = {message.message_id: message for message in role.person.screen}
        told: set[int] = set()
        for entry in entries:
            number = entry.message_id
            if entry.kind == "toast":
                yield "toast", {"chat": role.chat, "text": entry.text, "alert": entry.alert}
            elif entry.kind in ("blocked", "unblocked"):
                yield "person", role.view()
            elif entry.kind == "deleted" and number is not None:
                yield "gone", {"chat": role.chat, "id": number}
            elif entry.kind in SHOWN and number in standing and number not in told:
                told.add(number)
                shown = views.message_view(standing[number])
                yield "message", {"chat": role.chat, "message": shown}

    def whole(self, chat: int) -> Json:
        """The chat from its beginning, as it stands now."""
        role = self._cast[chat]
        return {
            "messages": [views.message_view(message) for message in role.person.screen],
            "commands": self._menu(role),
            "unread": self.unread(chat),
            "reply_keyboard": views.reply_keyboard_of(self._account.chats[chat]),
        }

    def _menu(self, role: Role) -> list[dict[str, object]]:
        return views.commands_of(self._account, role.chat, role.language)
