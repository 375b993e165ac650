"""The guided tour: five stops of one story, from a question to what the client learns at the end.

Used by the stage, which travels to each stop. A stop is found in the chats as anybody could find it
there, whoever has answered; it must never show what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from bot.demo.cast import Role
from bot.demo.marking import WORDS
from bot.demo.recognising import Recogniser
from bot.demo.views import Json
from bot.sandbox.ledger import Entry
from bot.texts import shipped
from bot.texts.keys import DemoKey
from flows.languages import Language, tongue_of

FIRST_QUESTION = "ease"
"""The first step of the check-in after a therapy session."""
MORE = "…"
"""Stands behind a client's alias on the button with what can be noted about them."""
TOLD_OF_IT = 24
"""So many characters of the client's words are looked for in the digest."""
STOPS: tuple[tuple[DemoKey, DemoKey], ...] = (
    ("tour.1.title", "tour.1.why"),
    ("tour.2.title", "tour.2.why"),
    ("tour.3.title", "tour.3.why"),
    ("tour.4.title", "tour.4.why"),
    ("tour.5.title", "tour.5.why"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """The message that a stop is about."""

    chat: int
    message: int
    part: Literal["start", "end"] = "start"
    """The part of a long message that is to be seen."""

    def view(self) -> Json:
        """The message as the page finds it."""
        return {"chat": self.chat, "id": self.message, "part": self.part}


class Tour:
    """The stop that is shown, if any, and the two chats to be seen at it."""

    stops = len(STOPS)

    def __init__(self, cast: Sequence[Role], recogniser: Recogniser, language: Language) -> None:
        self._therapist = next(role for role in cast if role.alias is None)
        self._recogniser = recogniser
        self._language = language
        clients = [role for role in cast if role.alias is not None and role.tells_of_strain]
        own = tongue_of(language).code
        self._client = min(clients, key=lambda role: tongue_of(role.language).code != own)
        """Somebody who speaks the page's language, where there is one."""
        self._stop = 0
        self._can_come = True
        self._view: Json | None = None
        self._finders: tuple[Callable[[], Point | None], ...] = (
            self._question,
            self._words,
            self._digest,
            self._acknowledgement,
            self._receipt,
        )

    @property
    def view(self) -> Json | None:
        """The stop as the page shows it; None: there is no tour now."""
        return self._view

    @property
    def chats(self) -> tuple[int, int]:
        """The client's chat and the therapist's."""
        return self._client.chat, self._therapist.chat

    def go_to(self, stop: int, *, can_come: bool = True) -> Json | None:
        """The way to this stop begins; 0: the tour is left. ``can_come``: False where the client
        cannot be written to, so that nothing more will come of it.
        """
        self._stop, self._can_come = stop, can_come
        self._view = self._card("under_way") if stop else None
        return self._view

    def is_there(self) -> bool:
        """True once what the stop is about has happened."""
        return self._stop > 0 and self._finders[self._stop - 1]() is not None

    def arrive(self) -> Json | None:
        """The way has ended: there, or where it should have been by now."""
        self._view = self._card("there" if self.is_there() else "not_there")
        return self._view

    def stay(self) -> Json | None:
        """The way was given up; the tour goes on whenever somebody likes."""
        self._view = self._card("there" if self.is_there() else "given_up")
        return self._view

    def _card(self, state: str) -> Json | None:
        if not self._stop:
            return None
        title, why = STOPS[self._stop - 1]
        point = self._finders[self._stop - 1]() if state == "there" else None
        left, right = self.chats
        return {
            "stop": self._stop,
            "of": self.stops,
            "title": self._say(title),
            "why": self._why_not() if state == "not_there" else self._say(why),
            "left": left,
            "right": right,
            "point": None if point is None else point.view(),
            "can_go_on": state in ("there", "given_up") and self._stop < self.stops,
        }

    def _why_not(self) -> str:
        if self._can_come:
            return self._say("tour.not_there")
        return self._say("tour.out_of_reach", name=self._client.name)

    def _say(self, key: DemoKey, **values: object) -> str:
        return shipped().demo(self._language, key, **values)

    # -- what each stop is about

    def _question(self) -> Point | None:
        asked = self._asked(FIRST_QUESTION)
        return self._at_client(next(asked, None))

    def _words(self) -> Point | None:
        return self._at_client(self._said())

    def _digest(self) -> Point | None:
        """The page of a digest with the client's words, once its buttons are there."""
        words, read = self._said(), self._label("button_read")
        entries = self._therapist.person.ledger
        if words is None or not any(read in row for e in entries for row in e.keyboard):
            return None
        told = _plain(words.text)[:TOLD_OF_IT]
        first = next(i for i, e in enumerate(entries) if any(read in row for row in e.keyboard))
        made_at = entries[first].at
        pages = (e for e in entries if e.kind == "sent" and e.at == made_at)
        return self._at_therapist(next((e for e in pages if told in _plain(e.text)), None))

    def _acknowledgement(self) -> Point | None:
        """The tap with which the therapist says that they will raise it with this client."""
        noted, about = self._label("button_will_raise"), f"{self._client.alias} {MORE}"
        taps = [entry for entry in self._therapist.person.ledger if entry.kind == "tapped"]
        pairs = (after for before, after in pairwise(taps) if before.text == about)
        tapped = next((tap for tap in pairs if tap.text == noted), None)
        point = self._at_therapist(tapped)
        return None if point is None else replace(point, part="end")

    def _receipt(self) -> Point | None:
        """The note to the client that it was read."""
        written = str(shipped().area(self._client.language, "client")["client.receipt"])
        begins = written.partition("{")[0].strip()
        entries = self._client.person.ledger
        notes = (e for e in entries if e.kind == "sent" and e.text.startswith(begins))
        return self._at_client(next(notes, None))

    def _asked(self, step_id: str) -> Iterator[Entry]:
        for entry in self._client.person.ledger:
            if entry.kind == "sent":
                step = self._recogniser.step_in(entry.text, self._client.language)
                if step is not None and step.id == step_id:
                    yield entry

    def _said(self) -> Entry | None:
        """The client's words on what wasn't right: what was typed after that question."""
        asked = next(self._asked(WORDS), None)
        if asked is None:
            return None
        entries = self._client.person.ledger
        later = entries[entries.index(asked) + 1 :]
        answer = next((e for e in later if e.kind in ("said", "tapped")), None)
        return answer if answer is not None and answer.kind == "said" else None

    def _label(self, key: str) -> str:
        return shipped().say(self._language, f"staff.{key}")

    def _at_client(self, entry: Entry | None) -> Point | None:
        return _point(self._client.chat, entry)

    def _at_therapist(self, entry: Entry | None) -> Point | None:
        return _point(self._therapist.chat, entry)


def _point(chat: int, entry: Entry | None) -> Point | None:
    if entry is None or entry.message_id is None:
        return None
    return Point(chat, entry.message_id)


def _plain(text: str) -> str:
    return " ".join(text.split())
