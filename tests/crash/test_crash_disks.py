"""Real disks under a real ``interlude run``: one that is full, and one that can only be read."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.crash.questions import long_flow, numbers_in
from tests.crash.world import (
    FIRST_CHAT,
    Bot,
    await_until,
    furnish,
    interlude,
    write_config,
)

CHAT = FIRST_CHAT
SIZE = "24m"
LIMIT = 120.0
"""Real seconds on a busy machine; the pauses of the bot after failures are part of them."""


@pytest.fixture
def disk(bot: Bot, tmp_path: Path) -> Iterator[Path]:
    """A practice on a small disk of its own."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(tmp_path)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk of its own: {mounted.stderr.decode().strip()}")
    try:
        settings = write_config(tmp_path, bot.far_end.url)
        asyncio.run(furnish(settings, long_flow(), 1))
        yield tmp_path
    finally:
        bot.close()
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def _asked(bot: Bot) -> list[int]:
    return numbers_in(bot.far_end.heard(CHAT))


def _fill(path: Path) -> None:
    for size in (65536, 512):
        with suppress(OSError), path.open("ab", buffering=0) as filler:
            while True:
                filler.write(b"\0" * size)


def test_on_a_full_disk_nothing_is_confirmed_and_it_goes_on_once_there_is_room(
    bot: Bot, disk: Path
) -> None:
    bot.start()
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    await_until(lambda: _asked(bot) == [1], "the first question", LIMIT)
    _fill(disk / "filler")
    polls = bot.far_end.calls("getUpdates")
    bot.far_end.tell("say", chat=CHAT, text="my father died " + "on Monday " * 20)
    await_until(lambda: bot.far_end.calls("getUpdates") > polls + 2, "further polls", LIMIT)
    told = bot.far_end.ask("counts")["pending"]
    (disk / "filler").unlink()
    await_until(lambda: _asked(bot) == [1, 2], "the second question", LIMIT)
    assert bot.stop(LIMIT) == 0
    assert told == 1, "Telegram keeps it"


def test_a_disk_that_can_only_be_read_is_refused_with_what_to_do(bot: Bot, disk: Path) -> None:
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    refused = interlude(disk, "run")
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert "can only be read; mount it so that it can be written" in line
    assert bot.far_end.calls("getUpdates") == 0
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    bot.start()
    await_until(lambda: _asked(bot) == [1], "the first question", LIMIT)
