"""Kill -9 at each point between an update and the record of its reply, one point a test.

Where the point lies at the network, the sandbox holds the call while the process is killed. Where
it lies between two transactions, the workers up to there are run, as the killed process would have.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import App, open_app
from bot.clock import SystemClock
from bot.config import Settings
from bot.ids import SystemIds
from storage import inbox
from storage.locks import writer_lock_path
from tests.crash.questions import long_flow, questions_in
from tests.crash.world import (
    FIRST_CHAT,
    Bot,
    FarEnd,
    ask_store,
    await_until,
    furnish,
    queued,
    write_config,
)

CHAT = FIRST_CHAT


@pytest.fixture
def settings(bot: Bot, tmp_path: Path) -> Settings:
    """A practice with one client, who has not been asked anything yet."""
    made = write_config(tmp_path, bot.far_end.url)
    asyncio.run(furnish(made, long_flow(), 1))
    return made


def _asked(far_end: FarEnd) -> list[tuple[int, bool]]:
    """The questions that arrived, and whether each came as one that is asked once more."""
    return questions_in(far_end.heard(CHAT))


def _await_question(far_end: FarEnd, number: int) -> None:
    await_until(lambda: number in dict(_asked(far_end)), f"question {number}")


def _hold_sending(far_end: FarEnd, when: str) -> None:
    far_end.tell("fault", method="sendMessage", status=200, when=when, delay=60)


@contextmanager
def _held_writer(folder: Path) -> Iterator[None]:
    """Nobody can begin a write transaction."""
    handle = os.open(writer_lock_path(folder / "interlude.db"), os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@pytest.mark.promise("P1a")
@pytest.mark.usefixtures("settings")
def test_before_the_inbox_commit(bot: Bot, tmp_path: Path) -> None:
    bot.start()
    far_end = bot.far_end
    with _held_writer(tmp_path):
        far_end.tell("say", chat=CHAT, text="/checkin")
        # fetched, but never confirmed: the next poll would have to come with a higher offset
        await_until(lambda: far_end.ask("counts")["quiet"] is False, "the update to be fetched")
        bot.kill()
    assert far_end.ask("counts")["pending"] == 1
    bot.start()
    _await_question(far_end, 1)
    assert _asked(far_end) == [(1, False)]


def _work_until(settings: Settings, *steps: str) -> None:
    """Do what a process did that died after the last of these."""

    async def work(app: App) -> None:
        if "intake" in steps:
            assert (await app.receiver.tick())[0] == 1
        if "handling" in steps:
            assert await app.handler.tick() == 1

    async def live() -> None:
        async with open_app(settings, clock=SystemClock(), ids=SystemIds()) as app:
            await work(app)

    asyncio.run(live())


@pytest.mark.promise("P1b")
def test_after_the_inbox_commit(bot: Bot, settings: Settings) -> None:
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    _work_until(settings, "intake")
    assert asyncio.run(ask_store(settings, inbox.count_new)) == 1
    bot.start()
    _await_question(bot.far_end, 1)
    assert _asked(bot.far_end) == [(1, False)]


@pytest.mark.promise("P1b")
def test_after_the_handling_commit(bot: Bot, settings: Settings) -> None:
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    _work_until(settings, "intake", "handling")
    assert asyncio.run(ask_store(settings, queued)) == 1
    bot.start()
    _await_question(bot.far_end, 1)
    assert _asked(bot.far_end) == [(1, False)]


@pytest.mark.promise("P2d")
@pytest.mark.usefixtures("settings")
def test_after_the_claim_it_is_asked_once_more_visibly(bot: Bot) -> None:
    far_end = bot.far_end
    bot.start()
    _hold_sending(far_end, "before")
    calls = far_end.calls("sendMessage")
    far_end.tell("say", chat=CHAT, text="/checkin")
    far_end.await_call("sendMessage", calls)
    bot.kill()
    far_end.tell("clear")
    assert _asked(far_end) == []
    bot.start()
    _await_question(far_end, 1)
    assert _asked(far_end) == [(1, True)]
    far_end.tell("say", chat=CHAT, text="an answer")
    _await_question(far_end, 2)
    assert _asked(far_end) == [(1, True), (2, False)]


@pytest.mark.promise("P2c")
def test_after_sending_before_the_record_an_answer_proves_that_it_arrived(
    bot: Bot, tmp_path: Path
) -> None:
    far_end = bot.far_end
    settings = write_config(tmp_path, far_end.url, re_ask=3600)
    asyncio.run(furnish(settings, long_flow(), 1))
    bot.start()
    _hold_sending(far_end, "after")
    far_end.tell("say", chat=CHAT, text="/checkin")
    _await_question(far_end, 1)
    bot.kill()
    far_end.tell("clear")
    far_end.tell("say", chat=CHAT, text="an answer")
    bot.start()
    _await_question(far_end, 2)
    assert _asked(far_end) == [(1, False), (2, False)]


@pytest.mark.usefixtures("settings")
def test_a_question_that_dies_with_the_bot_again_and_again_comes_at_most_three_times(
    bot: Bot,
) -> None:
    """The first and the second may have been lost, so there is a third; nobody is left waiting."""
    far_end = bot.far_end
    bot.start()
    for came in ([(1, False)], [(1, False), (1, True)], [(1, False), (1, True), (1, True)]):
        _hold_sending(far_end, "after")
        if len(came) == 1:
            far_end.tell("say", chat=CHAT, text="/checkin")
        await_until(lambda came=came: _asked(far_end) == came, "the question")
        bot.kill()
        far_end.tell("clear")
        bot.start()
    far_end.tell("say", chat=CHAT, text="an answer")
    _await_question(far_end, 2)
    assert _asked(far_end) == [*came, (2, False)]


def test_words_written_to_a_dead_bot_do_not_answer_what_it_owed(
    bot: Bot, settings: Settings
) -> None:
    far_end = bot.far_end
    far_end.tell("say", chat=CHAT, text="/checkin")
    _work_until(settings, "intake", "handling")
    far_end.tell("say", chat=CHAT, text="are you still there?")
    bot.start()
    _await_question(far_end, 1)
    far_end.tell("say", chat=CHAT, text="an answer")
    _await_question(far_end, 2)
    assert _asked(far_end) == [(1, False), (2, False)]
    bot.kill()
    answered = sa.text("SELECT step_id FROM answers")
    kept = asyncio.run(ask_store(settings, lambda tx: tx.conn.execute(answered).scalars().all()))
    assert kept == ["q1"]


@pytest.mark.promise("P4a")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.usefixtures("settings")
def test_the_crisis_card_may_come_twice_and_never_not_at_all(bot: Bot, when: str) -> None:
    """Killed after the commit, while the card is on its way: before or after it had its effect."""
    far_end = bot.far_end
    bot.start()
    _hold_sending(far_end, when)
    calls = far_end.calls("sendMessage")
    far_end.tell("say", chat=CHAT, text="I want to kill myself")
    far_end.await_call("sendMessage", calls)
    bot.kill()
    far_end.tell("clear")
    came = len(_cards(far_end))
    assert came == (0 if when == "before" else 1)
    bot.start()
    await_until(lambda: len(_cards(far_end)) == came + 1, "the card")


@pytest.mark.promise("P4a")
@pytest.mark.parametrize("steps", [("intake",), ("intake", "handling")])
def test_the_crisis_card_comes_whatever_was_done_of_it(
    bot: Bot, settings: Settings, steps: tuple[str, ...]
) -> None:
    """Killed between the inbox, the handling and the sending."""
    bot.far_end.tell("say", chat=CHAT, text="/crisis")
    _work_until(settings, *steps)
    assert _cards(bot.far_end) == []
    bot.start()
    await_until(lambda: len(_cards(bot.far_end)) == 1, "the card")


def _cards(far_end: FarEnd) -> list[str]:
    return [text for text in far_end.heard(CHAT) if "Call 112." in text]
