"""The bar of the weeks: what has happened to whom, taken from the database.

Used by the stage. Nothing here is guessed from texts, and nothing says what was answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.demo.box import Box
from bot.demo.views import Json, instant
from bot.services.planning.outlook import title_of
from bot.services.work.unit_of_work import Work
from bot.texts import shipped
from bot.texts.keys import DemoKey
from flows.languages import Language
from storage import answer_messages, cares, check_ins, deliveries, digests, flags, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.people import Person
from storage.store import Tx

WORDS = "strain_words"
"""The step at which a client says what wasn't right."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that happened; ``message`` is the number of a message in ``chat`` that shows it.
    ``row``: the row that says so, which is told once, even where its time is set anew.
    """

    row: int
    at: datetime
    chat: int
    kind: str
    label: str
    message: int | None

    def view(self) -> Json:
        """The mark as the page shows it."""
        shown = None if self.message is None else {"chat": self.chat, "id": self.message}
        return {
            "at": instant(self.at),
            "chat": self.chat,
            "kind": self.kind,
            "label": self.label,
            "message": shown,
        }


class Marks:
    """All that has happened so far, and how much of it was told."""

    def __init__(self, box: Box, language: Language) -> None:
        self._box = box
        self._language = language
        self._known: dict[tuple[str, int], Mark] = {}

    @property
    def listed(self) -> list[Json]:
        """All that was found so far, by time."""
        return [mark.view() for mark in sorted(self._known.values(), key=lambda mark: mark.at)]

    async def new(self) -> list[Json]:
        """Look once more: what has happened since."""
        now = self._box.clock.now()

        def ask(tx: Tx) -> list[Mark]:
            work = Work(tx, self._box.app.practice, now, "demo")
            return [mark for each in people.list_therapists(tx) for mark in self._of(work, each)]

        found = {(m.kind, m.row): m for m in await self._box.app.store.read(ask)}
        new = [mark for key, mark in found.items() if key not in self._known]
        self._known = found | self._known
        return [mark.view() for mark in sorted(new, key=lambda mark: mark.at)]

    def _of(self, work: Work, therapist: Person) -> Iterator[Mark]:
        yield from self._of_digests(work, therapist)
        for care in cares.list_for_therapist(work.tx, therapist.id):
            chat = people.chat_of(work.tx, care.client_id)
            if chat is not None:
                yield from self._of_check_ins(work, care, chat)
                yield from self._of_flags(work, care, chat)

    def _of_digests(self, work: Work, therapist: Person) -> Iterator[Mark]:
        chat = people.chat_of(work.tx, therapist.id)
        if chat is None:
            return
        for row in digests.list_for_therapist(work.tx, therapist.id):
            message = next(iter(deliveries.find_digest_message_ids(work.tx, row.id)), None)
            yield Mark(row.id, row.cut_off_at, chat, "digest", self._say("mark.digest"), message)
            if row.read_at is not None:
                yield Mark(row.id, row.read_at, chat, "read", self._say("mark.read"), message)

    def _of_check_ins(self, work: Work, care: Care, chat: int) -> Iterator[Mark]:
        for stored in check_ins.list_for_care(work.tx, care.id):
            if stored.ended_at is None:
                continue
            if stored.state.status == "finished":
                yield self._of_one(work, care, chat, stored, "check_in")
            elif stored.state.status == "expired":
                yield self._of_one(work, care, chat, stored, "silence")

    def _of_one(self, work: Work, care: Care, chat: int, stored: StoredCheckIn, kind: str) -> Mark:
        flow = work.practice.shelf.current(work.tx, stored.state.flow_id)
        title = stored.state.flow_id if flow is None else title_of(flow, self._language)
        said: DemoKey = "mark.check_in" if kind == "check_in" else "mark.silence"
        asked = deliveries.list_questions(work.tx, stored.id)
        message = asked[0][1] if asked else None
        at = stored.ended_at or stored.state.opened_at
        return Mark(
            stored.id, at, chat, kind, self._say(said, alias=care.alias, title=title), message
        )

    def _of_flags(self, work: Work, care: Care, chat: int) -> Iterator[Mark]:
        """One mark for each check-in that raised something: a strain may be spoken of again."""
        label = self._say("mark.strain", alias=care.alias)
        for flag in flags.list_for_care(work.tx, care.id):
            seen: set[int] = set()
            for reason in flags.list_reasons(work.tx, flag.id):
                if reason.check_in_id not in seen:
                    seen.add(reason.check_in_id)
                    shown = _shown_by(work.tx, reason.check_in_id)
                    yield Mark(reason.id, reason.raised_at, chat, "strain", label, shown)

    def _say(self, key: DemoKey, **values: object) -> str:
        return shipped().demo(self._language, key, **values)


def _shown_by(tx: Tx, check_in_id: int) -> int | None:
    """The message with the client's own words on it, or else the last question of the check-in."""
    if words := answer_messages.list_(tx, check_in_id, WORDS):
        return words[0].message_id
    asked = deliveries.list_questions(tx, check_in_id)
    return asked[-1][1] if asked else None
