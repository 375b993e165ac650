"""SIGTERM ends a run in order and in time; a second run on the same database is refused."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from pathlib import Path

import pytest

from bot.config import Settings
from tests.crash.questions import long_flow, number_in
from tests.crash.world import (
    COMMAND,
    FIRST_CHAT,
    Bot,
    ask_store,
    await_until,
    environment,
    furnish,
    interlude,
    queued,
    spawned,
    write_config,
)

CHAT = FIRST_CHAT
IN_TIME = 25.0
"""Real seconds: three for what is under way, and much room for a busy machine. What hangs here
does so for fifty and more.
"""


@pytest.fixture
def settings(bot: Bot, tmp_path: Path) -> Settings:
    """One client; a poll hangs for fifty seconds."""
    made = write_config(tmp_path, bot.far_end.url, poll=50, re_ask=3600)
    asyncio.run(furnish(made, long_flow(), 1))
    return made


def _stop_in_time(bot: Bot, *more: signal.Signals) -> None:
    """It ends in order and soon, whoever asks once more meanwhile."""
    began = time.perf_counter()
    for each in more:
        assert bot.process is not None
        bot.process.send_signal(each)
    assert bot.stop() == 0
    assert time.perf_counter() - began < IN_TIME


@pytest.mark.usefixtures("settings")
def test_stopping_waits_for_no_long_poll(bot: Bot) -> None:
    bot.start()
    bot.far_end.await_call("getUpdates", 1)  # the second one hangs
    _stop_in_time(bot)
    assert "stopped" in bot.log


def test_what_was_not_sent_stays_queued(bot: Bot, settings: Settings) -> None:
    far_end = bot.far_end
    bot.start()
    far_end.tell("flood", seconds=3600)
    calls = far_end.calls("sendMessage")
    far_end.tell("say", chat=CHAT, text="/checkin")
    far_end.await_call("sendMessage", calls)
    _stop_in_time(bot)
    assert asyncio.run(ask_store(settings, queued)) == 1
    assert far_end.heard(CHAT) == []


@pytest.mark.parametrize("more", [(), (signal.SIGINT, signal.SIGTERM, signal.SIGINT)])
def test_stopping_waits_only_briefly_for_a_message_that_hangs(
    bot: Bot, settings: Settings, more: tuple[signal.Signals, ...]
) -> None:
    """A second signal neither cuts the stop short nor is it taken for anything else."""
    far_end = bot.far_end
    bot.start()
    far_end.tell("fault", method="sendMessage", status=200, when="after", delay=60)
    far_end.tell("say", chat=CHAT, text="/checkin")
    await_until(lambda: far_end.heard(CHAT), "the question to arrive")
    _stop_in_time(bot, *more)
    assert "stopped" in bot.log
    far_end.tell("clear")
    bot.start()
    far_end.tell("say", chat=CHAT, text="an answer")
    await_until(lambda: len(far_end.heard(CHAT)) > 1, "the next question")
    assert [number_in(text) for text in far_end.heard(CHAT)] == [1, 2]


@pytest.mark.usefixtures("settings")
def test_stopping_while_telegram_is_away(bot: Bot) -> None:
    bot.far_end.tell("fault", method="getMe", status=502, count=None)
    bot.process = subprocess.Popen(
        [*COMMAND, "run"], cwd=bot.folder, env=environment(), stderr=subprocess.PIPE
    )
    bot.far_end.await_call("getMe", 0)
    _stop_in_time(bot)
    assert bot.process.stderr is not None
    with bot.process.stderr as said:
        assert b"telegram_away" in said.read()


@pytest.mark.usefixtures("settings")
def test_a_second_run_is_refused(bot: Bot) -> None:
    bot.start()
    second = interlude(bot.folder, "run")
    assert second.returncode == 2
    assert "Interlude runs already with this database" in second.stderr
    assert second.stdout == ""


SOON = 6.0
"""Seconds. One on a quiet machine; a machine that was busy all along took 4.7 at its best."""


@pytest.mark.usefixtures("settings")
def test_the_first_poll_comes_soon(bot: Bot) -> None:
    bot.begin = spawned
    for _ in range(3):  # the best of a few: other work on this machine is not what is measured
        bot.start()
        bot.kill()
        if min(bot.first_poll) < SOON:
            break
    assert min(bot.first_poll) < SOON
