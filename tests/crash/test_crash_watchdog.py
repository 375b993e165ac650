"""A service manager hears of a real bot on a real socket: it starts, works, hangs, stops."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.questions import long_flow
from tests.crash.world import Bot, await_until, furnish, write_config

PATIENCE = 90.0
"""Real seconds: a poll that hangs counts as one after 41."""


@pytest.fixture
def line(bot: Bot, tmp_path: Path) -> Iterator[socket.socket]:
    """The socket of a manager that wants to hear of the bot every three seconds."""
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(address))
        line.setblocking(False)
        bot.settings = {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "3000000"}
        bot.patience = PATIENCE
        yield line


def heard(line: socket.socket) -> list[str]:
    """The messages that have come since the last look."""
    found: list[str] = []
    while True:
        try:
            found.append(line.recv(64).decode())
        except BlockingIOError:
            return found


def test_it_starts_shows_life_and_stops(bot: Bot, line: socket.socket, tmp_path: Path) -> None:
    made = write_config(tmp_path, bot.far_end.url, poll=50)
    asyncio.run(furnish(made, long_flow(), 1))
    bot.start()
    told: list[str] = []

    def lives(times: int) -> bool:
        told.extend(heard(line))
        return told.count("WATCHDOG=1") >= times

    await_until(lambda: lives(3), "signs of life, while a long poll hangs in a quiet night")
    assert told[0] == "READY=1" and set(told[1:]) == {"WATCHDOG=1"}
    bot.stop()
    assert heard(line)[-1] == "STOPPING=1"


def test_a_bot_whose_polls_hang_shows_no_life(
    bot: Bot, line: socket.socket, tmp_path: Path
) -> None:
    made = write_config(tmp_path, bot.far_end.url, poll=1)
    asyncio.run(furnish(made, long_flow(), 1))
    bot.start()
    await_until(lambda: "WATCHDOG=1" in heard(line), "a sign of life")
    bot.far_end.tell("fault", method="getUpdates", status=200, when="after", delay=600, count=99)
    await_until(lambda: "no_sign_of_life" in bot.log, "silence", PATIENCE)
    assert "poll" in bot.log.rpartition("no_sign_of_life")[2]
    heard(line)
    lines = bot.log.count("no_sign_of_life")
    await_until(lambda: bot.log.count("no_sign_of_life") > lines + 1, "more silence")
    assert "WATCHDOG=1" not in heard(line)
