"""Behind the glass: what lies in the database for a message, which rule spoke, and how it left.

Used by the page. It reads the same rows as ``interlude why``, ``schedule`` and ``outbox explain``,
and shows cells as they lie there: ciphertext, never what it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.demo.box import Box
from bot.demo.turning_points import day_of
from bot.demo.views import Json, instant
from bot.report.client_details import spelled_out
from bot.report.voice import Voice
from bot.sandbox.ledger import Message
from bot.services.planning import outlook, plain_outlook
from bot.services.sending import by_hand
from bot.services.work.unit_of_work import Work
from bot.texts import shipped
from bot.texts.keys import DemoKey
from flows.languages import Language
from flows.schedule.zones import zone
from flows.signals.reason import Reason, evidence_from_json
from storage import (
    answer_messages,
    cares,
    check_ins,
    digests,
    flags,
    people,
    sealed_cells,
    undelivered,
)
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.people import Person
from storage.sealed_cells import SealedCell
from storage.store import Tx
from storage.undelivered import Undelivered

SHOWN_BYTES = 24
"""So many bytes of a cell are shown."""
MOST_CELLS = 12
MOST_DIGITS = 18
DAYS = 14
SORTS: dict[by_hand.Sort, DemoKey] = {
    "question": "sort.question",
    "end": "sort.end",
    "digest": "sort.digest",
    "picture": "sort.picture",
    "safety": "sort.safety",
    "reply": "sort.reply",
    "notice": "sort.notice",
    "change": "sort.change",
    "file": "sort.file",
    "menu": "sort.menu",
}
STATES: dict[str, DemoKey] = {
    "queued": "state.queued",
    "claimed": "state.claimed",
    "sent": "state.sent",
    "refused": "state.refused",
    "uncertain": "state.uncertain",
    "dropped": "state.dropped",
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A message of a chat, and what of the database belongs to it."""

    person: Person
    care: Care | None
    message: Message
    rows: Sequence[Undelivered]
    check_in: StoredCheckIn | None
    step_id: str | None


class Glass:
    """Looks at one practice in a box. Nothing here changes anything."""

    def __init__(self, box: Box, language: Language) -> None:
        self._box = box
        self._language = language
        settings = box.app.settings
        spoken = settings.practice.model_copy(update={"language": language})
        self._practice = replace(
            box.app.practice, settings=settings.model_copy(update={"practice": spoken})
        )

    async def behind(self, body: Json) -> Json | None:
        """All that is to be said of a message; None: there is none of this number."""
        chat, number = _number(body.get("chat")), _number(body.get("message"))
        found = self._box.sandbox.world.account().chats.get(chat)
        message = None if found is None else found.messages.get(number)
        if message is None:
            return None
        return await self._ask(lambda work: self._behind(work, message))

    async def days(self, body: Json) -> Json | None:
        """The next days of a client, as ``interlude schedule`` says them; None: it is no client."""
        chat = _number(body.get("chat"))
        return await self._ask(lambda work: self._days(work, chat))

    async def _ask(self, ask: Callable[[Work], Json | None]) -> Json | None:
        now = self._box.clock.now()
        return await self._box.app.store.read(lambda tx: ask(Work(tx, self._practice, now, "demo")))

    def _days(self, work: Work, chat: int) -> Json | None:
        person = people.find_by_chat(work.tx, chat)
        care = None if person is None else _care_of(work.tx, person)
        if care is None:
            return None
        until = work.now + timedelta(days=DAYS)
        found = outlook.coming(work, care, until=until, language=self._language)
        called = replace(care, client_code=care.alias)  # the page knows nobody by a code
        return {"lines": plain_outlook.ahead(self._language, called, DAYS, found)}

    def _behind(self, work: Work, message: Message) -> Json | None:
        person = people.find_by_chat(work.tx, message.chat_id)
        if person is None:
            return None
        seen = self._seen(work, person, message)
        return {
            "stored": [self._cell(each) for each in self._stored(work, seen)][:MOST_CELLS],
            "rule": list(self._rules(work, seen)),
            "outbox": [step for row in seen.rows for step in self._way(work, row)],
            "why": list(self._why(work, seen)),
            "erased": self._say("erased") if seen.rows else "",
        }

    def _seen(self, work: Work, person: Person, message: Message) -> _Seen:
        care = _care_of(work.tx, person)
        rows = undelivered.list_of_message(work.tx, person.id, message.message_id)
        check_in_id = next((row.check_in_id for row in rows if row.check_in_id), None)
        step_id: str | None = None
        if message.from_bot and care is not None:
            step = self._box.recogniser.step_in(message.text, care.language)
            step_id = None if step is None else step.id
        elif care is not None:
            made = answer_messages.find(work.tx, care.id, message.message_id)
            if made is not None:
                check_in_id, step_id = made.check_in_id, made.step_id
        stored = None if check_in_id is None else check_ins.find(work.tx, check_in_id)
        return _Seen(person, care, message, rows, stored, step_id)

    def _stored(self, work: Work, seen: _Seen) -> Iterator[SealedCell]:
        if seen.check_in is not None:
            step_id = seen.step_id or ""
            yield from sealed_cells.list_of_answer(work.tx, seen.check_in.id, step_id)
            if not seen.message.from_bot:
                yield from sealed_cells.list_of_reasons(work.tx, seen.check_in.id)
        for digest_id in _digests_of(seen):
            yield from sealed_cells.list_of_digest(work.tx, digest_id)

    def _rules(self, work: Work, seen: _Seen) -> Iterator[str]:
        """By which rule it came, and what the rules of the digest found in it."""
        if seen.check_in is not None and seen.care is not None:
            flow_id = seen.check_in.state.flow_id
            rule = outlook.rule_of(work, seen.care, flow_id, self._language)
            if rule is not None:
                yield self._say("rule.schedule", rule=rule)
            found = flags.list_reasons_about(work.tx, seen.check_in.id)
            yield from (self._reason(seen.person, each) for each in found)
        for digest_id in _digests_of(seen):
            yield from self._flagged(work, seen.person, digest_id)

    def _flagged(self, work: Work, therapist: Person, digest_id: int) -> Iterator[str]:
        row = digests.load(work.tx, digest_id)
        for care in cares.list_told_of(work.tx, therapist.id):
            for flag in flags.list_for_care(work.tx, care.id):
                for each in flags.list_reasons(work.tx, flag.id):
                    if row.from_at <= each.raised_at < row.cut_off_at:
                        said = self._reason(therapist, each)
                        yield self._say("rule.of", alias=care.alias, reason=said)

    def _reason(self, reader: Person, stored: flags.Reason) -> str:
        evidence = evidence_from_json(stored.evidence)
        reason = Reason(stored.rule, stored.rule_version, stored.check_in_id, evidence)
        voice = Voice(shipped(), self._language, zone(reader.zone), 0)
        return spelled_out(voice, reason)

    def _way(self, work: Work, row: Undelivered) -> Iterator[Json]:
        standing = by_hand.find(work, row.id)
        kind = "" if standing is None else self._say(SORTS[standing.sort])
        yield {"state": self._say("state.queued"), "kind": kind, "at": instant(row.created_at)}
        if row.finished_at is not None:
            state = self._say(STATES[row.state])
            yield {"state": state, "kind": kind, "at": instant(row.finished_at)}

    def _why(self, work: Work, seen: _Seen) -> Iterator[str]:
        if not seen.message.from_bot:
            yield self._say("why.typed" if seen.check_in is None else "why.answer")
            return
        standings = (by_hand.find(work, row.id) for row in seen.rows)
        sorts = dict.fromkeys(each.sort for each in standings if each is not None)
        yield from (self._say(WHY[sort]) for sort in sorts if sort in WHY)
        if seen.check_in is not None and seen.care is not None:
            facts = outlook.day_facts(work, seen.care, day_of(seen.message.at))
            yield from (said for _, said in plain_outlook.reasons(self._language, facts))

    def _cell(self, each: SealedCell) -> Json:
        shown, length = each.cell[:SHOWN_BYTES].hex(" ", 4), len(each.cell)
        size = self._say("size", count=length)
        ciphertext = f"{shown} {size}" if length > SHOWN_BYTES else shown
        return {"table": each.table, "column": each.column, "ciphertext": ciphertext}

    def _say(self, key: DemoKey, **values: object) -> str:
        return shipped().demo(self._language, key, **values)


WHY: dict[by_hand.Sort, DemoKey] = {
    "end": "why.end",
    "digest": "why.digest",
    "picture": "why.picture",
    "safety": "why.safety",
    "reply": "why.reply",
    "notice": "why.notice",
    "file": "why.file",
}
"""The cause of each sort of message that no schedule sends."""


def _care_of(tx: Tx, person: Person) -> Care | None:
    found = cares.list_for_client(tx, person.id)
    return found[-1] if found else None


def _digests_of(seen: _Seen) -> list[int]:
    return list(dict.fromkeys(row.digest_id for row in seen.rows if row.digest_id is not None))


def _number(given: object) -> int:
    """The number of a chat or a message, which the page may send as text; 0: it is none."""
    text = str(given)
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
