"""Kill -9 in the middle of a burst of answers, ten times: nothing is lost and nothing is doubled.

The judge is the sandbox's ledger, which knows what each chat really saw; the database is read only
for the answers that must be in it.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from storage import answers, cares, check_ins, people
from storage.store import Tx
from tests.crash.questions import AGAIN, LENGTH, answer_to, long_flow, number_in
from tests.crash.world import (
    CLOCK,
    FIRST_CHAT,
    Bot,
    FarEnd,
    ask_store,
    await_until,
    furnish,
    write_config,
)

CLIENTS = 8
KILLS = 10
SEED = 20261124
PATIENCE = 6.0
"""Real seconds without a question after which a client asks for it with /checkin."""


class Client:
    """Answers each question once, at once; asks for it only when nothing comes for long."""

    def __init__(self, far_end: FarEnd, chat: int, calm: threading.Event) -> None:
        self._far_end, self.chat, self._calm = far_end, chat, calm
        self.answered: set[int] = set()
        self.requests = 0
        self._moved = time.perf_counter()

    def act(self) -> None:
        """Look at the chat and do the next thing, if there is one to do."""
        if self.is_done:
            return
        asked = [number_in(text) for text in self._far_end.heard(self.chat)]
        newest = max((number for number in asked if number), default=0)
        if newest and newest not in self.answered:
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
        return len(self.answered) == LENGTH


def _answer_all(clients: list[Client], over: threading.Event) -> None:
    while not over.is_set() and not all(client.is_done for client in clients):
        for client in clients:
            client.act()
        time.sleep(0.03)  # people look at their phones now and then, not all the time


def _die_at_random(bot: Bot, draw: random.Random) -> None:
    """Each time some messages further than before, at no particular point."""
    for _ in range(KILLS):
        bot.start()
        goal = _sent(bot.far_end) + draw.randint(1, 5)
        await_until(lambda goal=goal: _sent(bot.far_end) >= goal, "messages in between")
        time.sleep(draw.uniform(0.0, 0.04))  # the moment is what this test draws by lot
        bot.kill()


def _sent(far_end: FarEnd) -> int:
    return int(far_end.ask("counts")["entries"].get("sent", 0))


def _stored_answers(tx: Tx) -> dict[int, Counter[tuple[str, str]]]:
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


@pytest.mark.promise("P1b")
def test_ten_kills_lose_no_answer_and_double_no_question(bot: Bot, tmp_path: Path) -> None:
    far_end = bot.far_end
    settings = write_config(tmp_path, far_end.url)
    asyncio.run(furnish(settings, long_flow(), CLIENTS))
    far_end.tell("latency", seconds=0.03)
    over, calm = threading.Event(), threading.Event()
    clients = [Client(far_end, FIRST_CHAT + place, calm) for place in range(CLIENTS)]
    crowd = threading.Thread(target=_answer_all, args=(clients, over))
    crowd.start()
    try:
        _die_at_random(bot, random.Random(SEED))
        bot.start()
        calm.set()
        await_until(lambda: all(client.is_done for client in clients), "all answers", 40)
        await_until(lambda: _all_finished(far_end, clients), "every chat to be answered", 40)
    finally:
        over.set()
        crowd.join()
    assert bot.stop() == 0
    again = sum(_judge(far_end, client) for client in clients)
    assert again <= KILLS * CLIENTS
    _compare(asyncio.run(ask_store(settings, _stored_answers)), clients)


def _all_finished(far_end: FarEnd, clients: list[Client]) -> bool:
    """Every update was fetched, and the bot hangs in a poll with nothing under way."""
    counts = far_end.ask("counts")
    return bool(counts["pending"] == 0 and counts["quiet"])


def _judge(far_end: FarEnd, client: Client) -> int:
    """Each question once; a second time only visibly, or because the client asked for it."""
    told = far_end.heard(client.chat)
    plain = Counter(number_in(text) for text in told if AGAIN not in text)
    again = Counter(number_in(text) for text in told if AGAIN in text)
    asked_for = client.requests - 1
    for number in range(1, LENGTH + 1):
        assert plain[number] + again[number] >= 1, (client.chat, number)
        assert again[number] <= 1, (client.chat, number, "asked once more, twice")
        assert plain[number] <= 1 + asked_for, (client.chat, number, "asked twice")
    return sum(again.values())


def _compare(stored: dict[int, Counter[tuple[str, str]]], clients: list[Client]) -> None:
    for client in clients:
        given = {(f"q{number}", answer_to(client.chat, number)) for number in range(1, LENGTH + 1)}
        assert stored[client.chat] == Counter(given), client.chat
