"""Everybody in the practice in a box, each with a role: simulated, or played by whoever looks on.

Used by the stage. Who is played does nothing by themselves; given back, they go on from what they
see then. It must never act for somebody who is played.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.demo.box import THERAPIST, Box
from bot.demo.travel import Actor
from bot.sandbox.client import BlockedError, NoSuchButtonError, Person
from flows.languages import Language, name_of, tongue_of


class Simulated(Actor, Protocol):
    """A simulated person who can be given their phone back."""

    person: Person

    def come_back(self, now: datetime) -> None:
        """Go on from what is on the screen, after somebody else had the phone."""
        ...


class Role:
    """One person; whoever looks on may take the part."""

    def __init__(
        self,
        actor: Simulated,
        *,
        alias: str | None,
        name: str,
        language: Language,
        tongue: str | None = None,
        tells_of_strain: bool = False,
        is_own: bool = False,
    ) -> None:
        self._actor = actor
        self.tells_of_strain = tells_of_strain
        """True for whoever will say that something wasn't right between them."""
        self.alias = alias
        """The client's; None: it is the therapist."""
        self.name = name
        self.language = language
        self.tongue = tongue
        """Named where whoever looks on may not expect the language."""
        self.is_own = is_own
        """True for whoever was invited by whoever looks on: nobody else acts for them."""
        self.is_simulated = not is_own

    @property
    def person(self) -> Person:
        """The person's phone."""
        return self._actor.person

    @property
    def chat(self) -> int:
        """The number of the person's chat."""
        return self.person.chat_id

    def look(self, now: datetime) -> None:
        """Take in what has come, unless somebody else has the phone."""
        if self.is_simulated:
            self._actor.look(now)

    def act(self, now: datetime) -> None:
        """Do what is due. What cannot be done any more, after somebody else had the phone, is let
        go: a button that is gone, a word to a bot that was blocked.
        """
        if not self.is_simulated:
            return
        try:
            self._actor.act(now)
        except (NoSuchButtonError, BlockedError):
            return

    def next_at(self) -> datetime | None:
        """The time of what they do next by themselves."""
        return self._actor.next_at() if self.is_simulated else None

    def take_over(self) -> bool:
        """The person is played from now on. False: they were already."""
        was, self.is_simulated = self.is_simulated, False
        return was

    def give_back(self, now: datetime) -> bool:
        """The person acts by themselves again. False: they did already, or never do."""
        if self.is_simulated or self.is_own:
            return False
        self.is_simulated = True
        self._actor.come_back(now)
        return True

    def view(self) -> dict[str, object]:
        """The person as the page shows them."""
        return {
            "chat": self.chat,
            "name": self.name,
            "alias": self.alias,
            "role": "therapist" if self.alias is None else "client",
            "language": tongue_of(self.language).code,
            "tongue": self.tongue,
            "simulated": self.is_simulated,
            "blocked": self.person.has_blocked,
        }


def tongue_beside(language: Language, page: Language) -> str | None:
    """The name of a language in that language; None where it is the page's, too."""
    if tongue_of(language) == tongue_of(page):
        return None
    return name_of(language, language).partition(", ")[0]


def cast_of(box: Box, language: Language) -> tuple[Role, ...]:
    """The therapist, who speaks ``language``, and the clients."""
    therapist = Role(box.therapist, alias=None, name=THERAPIST, language=language)
    clients = (
        Role(
            each,
            alias=each.habit.alias,
            name=each.habit.name,
            language=each.habit.language,
            tongue=tongue_beside(each.habit.language, language),
            tells_of_strain=each.habit.wants_receipts,
        )
        for each in box.clients
    )
    return (therapist, *clients)
