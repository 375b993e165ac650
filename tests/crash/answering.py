"""Clients who answer a long flow while the bot keeps dying, and the judge of what they saw.

Used by the random kills. The judge is the sandbox's ledger, which knows what each chat really saw;
the database is read only for the answers that must be in it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bot.config import Settings
from bot.services.check_in.typed_words import UNREAD
from storage import answers, cares, check_ins, inbox, people
from storage.store import Tx
from tests.crash.questions import AGAIN, LENGTH, answer_to, number_in
from tests.crash.world import CLOCK, FarEnd, ask_store

READING = UNREAD.total_seconds() + 0.1
"""Real seconds before somebody answers: sooner, nobody could have read the question."""
PATIENCE = 6.0
"""Real seconds without a question after which a client asks for it with /checkin."""


class Client:
    """Answers each question once it is read; asks for one only when nothing comes for long."""

    def __init__(self, far_end: FarEnd, chat: int, calm: threading.Event) -> None:
        self._far_end, self.chat, self._calm = far_end, chat, calm
        self.answered: set[int] = set()
        self.requests = 0
        self._seen: dict[int, float] = {}
        self._moved = time.perf_counter()

    def act(self) -> None:
        """Look at the chat and do the next thing, if there is one to do."""
        if self.is_done:
            return
        asked = [number_in(text) for text in self._far_end.heard(self.chat)]
        newest = max((number for number in asked if number), default=0)
        if newest and newest not in self.answered:
            seen = self._seen.setdefault(newest, time.perf_counter())
            if time.perf_counter() - seen < READING:
                return
            self.answered.add(newest)
            self._answer(newest)
        elif not self.requests or self._is_out_of_patience():
            self.requests += 1
            self._far_end.tell("say", chat=self.chat, text="/checkin")
        else:
            return
        self._moved = time.perf_counter()

    def _is_out_of_patience(self) -> bool:
        """Never while the bot keeps dying: a question that came twice could not be told apart."""
        if not self._calm.is_set():
            self._moved = time.perf_counter()
        return time.perf_counter() - self._moved > PATIENCE

    def _answer(self, number: int) -> None:
        answer = answer_to(self.chat, number)
        if len(answer) == 1:
            self._far_end.tell("tap", chat=self.chat, label=answer)
        else:
            self._far_end.tell("say", chat=self.chat, text=answer)

    @property
    def is_done(self) -> bool:
        """True once the last question is answered."""
        return len(self.answered) == LENGTH


def answer_all(clients: Iterable[Client], over: threading.Event) -> None:
    """Look at every phone in turn until all is answered, or ``over``."""
    clients = list(clients)
    while not over.is_set() and not all(client.is_done for client in clients):
        for client in clients:
            client.act()
        time.sleep(0.03)  # people look at their phones now and then, not all the time


def stored_answers(tx: Tx) -> dict[int, Counter[tuple[str, str]]]:
    """The answers of each chat, as (step, value)."""
    found: dict[int, Counter[tuple[str, str]]] = {}
    for therapist in people.list_therapists(tx):
        for care in cares.list_for_therapist(tx, therapist.id):
            chat = people.chat_of(tx, care.client_id)
            assert chat is not None
            stored = check_ins.list_for_care(
                tx, care.id, opened_since=CLOCK.now().replace(year=2000)
            )
            found[chat] = Counter(
                (row.step_id, _plain(row.value))
                for each in stored
                for row in answers.list_for_check_in(tx, each.id)
            )
    return found


def _plain(value: Any) -> str:
    return str(value[0]) if isinstance(value, tuple) else str(value)


def is_all_quiet(far_end: FarEnd) -> bool:
    """Every update was fetched, and the bot hangs in a poll with nothing under way."""
    counts = far_end.ask("counts")
    return bool(counts["pending"] == 0 and counts["quiet"])


def is_all_handled(far_end: FarEnd, settings: Settings) -> bool:
    """All quiet, and nothing that was taken in waits to be handled: on a server, what was the share
    of a run that died waits for some seconds.
    """
    return is_all_quiet(far_end) and not asyncio.run(ask_store(settings, inbox.count_new))


def judge(far_end: FarEnd, client: Client) -> int:
    """Each question once and in order; a second time only visibly, or because the client asked for
    it. How many were visibly asked once more.
    """
    told = far_end.heard(client.chat)
    plain = Counter(number_in(text) for text in told if AGAIN not in text)
    again = Counter(number_in(text) for text in told if AGAIN in text)
    asked_for = client.requests - 1
    for number in range(1, LENGTH + 1):
        assert plain[number] + again[number] >= 1, (client.chat, number)
        assert again[number] <= 2, (client.chat, number, "asked once more, three times")
        assert plain[number] <= 1 + asked_for, (client.chat, number, "asked twice")
    first = list(dict.fromkeys(number for text in told if (number := number_in(text))))
    assert first == sorted(first), (client.chat, first, "out of order")
    return sum(count for number, count in again.items() if number)


def compare(stored: dict[int, Counter[tuple[str, str]]], clients: Iterable[Client]) -> None:
    """Every answer that was given is stored, once, and nothing else is."""
    for client in clients:
        given = {(f"q{number}", answer_to(client.chat, number)) for number in range(1, LENGTH + 1)}
        found = stored[client.chat]
        lost, wrong = Counter(given) - found, found - Counter(given)
        assert not lost and not wrong, (client.chat, "lost", lost, "not said so", wrong)
