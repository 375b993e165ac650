"""The machine under a real ``interlude run``: no room to write, and a database held by another."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.config import Settings
from tests.crash.forked import Forked
from tests.crash.questions import long_flow, numbers_in
from tests.crash.world import FIRST_CHAT, Bot, await_until, furnish, write_config

CHAT = FIRST_CHAT
LIMIT = 60.0
"""Real seconds on a busy machine; the pauses of the bot after failures are part of them."""


@pytest.fixture
def settings(bot: Bot, tmp_path: Path) -> Settings:
    made = write_config(tmp_path, bot.far_end.url)
    asyncio.run(furnish(made, long_flow(), 1))
    return made


def _asked(bot: Bot) -> list[int]:
    return numbers_in(bot.far_end.heard(CHAT))


@pytest.mark.parametrize("log", ["fits", "does not fit either"])
@pytest.mark.usefixtures("settings")
def test_while_nothing_can_be_written_nothing_is_lost_and_it_goes_on_by_itself(
    bot: Bot, log: str
) -> None:
    """A limit on the size of files is to a process what a disk without room is."""
    bot.start()
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    await_until(lambda: _asked(bot) == [1], "the first question", LIMIT)
    assert isinstance(bot.process, Forked)
    before = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
    # the database is larger than any log, and every page of it and of its log lies behind this
    room = 0 if log == "does not fit either" else 20_000
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (room, before[1]))
    polls = bot.far_end.calls("getUpdates")
    bot.far_end.tell("say", chat=CHAT, text="my father died on Monday")
    await_until(lambda: bot.far_end.calls("getUpdates") > polls + 2, "further polls", LIMIT)
    assert bot.far_end.ask("counts")["pending"] == 1, "Telegram keeps it"
    if room:
        assert "the disk gives errors" in bot.log
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, before)
    await_until(lambda: _asked(bot) == [1, 2], "the second question", LIMIT)
    assert bot.stop(LIMIT) == 0
    assert ("lines_not_written" in bot.log) is not bool(room)


@pytest.mark.usefixtures("settings")
def test_while_another_program_holds_the_database_nothing_is_lost(bot: Bot) -> None:
    bot.start()
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    await_until(lambda: _asked(bot) == [1], "the first question", LIMIT)
    with closing(sqlite3.connect(bot.folder / "interlude.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        bot.far_end.tell("say", chat=CHAT, text="an answer")
        await_until(lambda: "another program holds the database" in bot.log, "a word", LIMIT)
        assert bot.far_end.ask("counts")["pending"] == 1, "Telegram keeps it"
        other.execute("ROLLBACK")
    await_until(lambda: _asked(bot) == [1, 2], "the second question", LIMIT)
    assert bot.stop(LIMIT) == 0
