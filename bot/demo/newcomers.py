"""Clients whom whoever looks on has invited, as the therapist: each opens the link at once.

Used by the stage. Nobody acts for them but whoever looks on; what the link's letter says is for
somebody else's eyes, and there is nobody else here to pass it on to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.demo.box import FIRST_CLIENT_CHAT, Box
from bot.demo.cast import Role, tongue_beside
from bot.demo.therapist import LINK, is_of_invite
from bot.sandbox.client import Person
from bot.texts import shipped
from flows.languages import Language, tongue_of
from storage import cares, people
from storage.cares import Care
from storage.store import Tx


class _OwnPart:
    """An actor who does nothing alone."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def look(self, now: datetime) -> None:
        """Nothing is taken in."""

    def act(self, now: datetime) -> None:
        """Nothing is done."""

    def come_back(self, now: datetime) -> None:
        """There is nobody who could."""

    def next_at(self) -> datetime | None:
        """Nothing is planned."""
        return None


class Newcomers:
    """The links of one practice that nobody simulated opens."""

    def __init__(self, box: Box, language: Language) -> None:
        self._box = box
        self._language = language
        self._mark = 0
        self._chat = FIRST_CLIENT_CHAT + len(box.clients)
        self._at_the_door: list[Person] = []

    def open_links(self) -> bool:
        """Every new link of that sort is opened. False: there is none."""
        for token in list(self._tokens()):
            code = tongue_of(self._language).code
            person = self._box.sandbox.person(self._chat, "", language=code)
            person.start(token)
            self._at_the_door.append(person)
            self._chat += 1
        return bool(self._at_the_door)

    def _tokens(self) -> Iterator[str]:
        therapist = self._box.therapist.person
        entries, self._mark = therapist.since(self._mark), therapist.mark
        expected = [client.habit.alias for client in self._box.clients]
        for entry in entries:
            found = LINK.search(entry.text) if entry.kind == "sent" else None
            if found and not any(is_of_invite(entry, alias) for alias in expected):
                yield found[1]

    async def come_in(self) -> list[Role]:
        """Those who have opened a link since the last time, as the therapist calls them."""
        waiting, self._at_the_door = self._at_the_door, []
        found = await self._box.app.store.read(
            lambda tx: [(person, care_in(tx, person.chat_id)) for person in waiting]
        )
        return [
            Role(
                _OwnPart(person),
                alias=care.alias,
                name=shipped().demo(self._language, "own_client"),
                language=care.language,
                tongue=tongue_beside(care.language, self._language),
                is_own=True,
            )
            for person, care in found
            if care is not None
        ]


def care_in(tx: Tx, chat: int) -> Care | None:
    """The newest care of whoever is in a chat; None: the bot knows no client there."""
    person = people.find_by_chat(tx, chat)
    found = [] if person is None else cares.list_for_client(tx, person.id)
    return found[-1] if found else None
