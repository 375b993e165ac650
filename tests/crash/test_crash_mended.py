"""A practice whose key or file is wrong, under a real ``interlude run``: both it and ``doctor`` say
what to do, Telegram keeps what clients write, and once it is mended they are answered.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.key_file import create_key_file
from tests.crash.questions import long_flow, numbers_in
from tests.crash.world import FIRST_CHAT, Bot, await_until, furnish, interlude, write_config

CHAT = FIRST_CHAT
PAGE = 4096
LIMIT = 120.0
"""Real seconds on a busy machine."""


@pytest.fixture
def folder(bot: Bot, tmp_path: Path) -> Path:
    settings = write_config(tmp_path, bot.far_end.url)
    asyncio.run(furnish(settings, long_flow(), 1))
    return tmp_path


def _asked(bot: Bot) -> list[int]:
    return numbers_in(bot.far_end.heard(CHAT))


def _lose_key(folder: Path) -> None:
    (folder / "interlude.key").unlink()


def _another_key(folder: Path) -> None:
    _lose_key(folder)
    create_key_file(folder / "interlude.key")


def _open_key(folder: Path) -> None:
    (folder / "interlude.key").chmod(0o644)


def _damage(folder: Path, table: str = "sqlite_master") -> tuple[int, bytes]:
    """The page in which a table begins holds something else; where it is, and what it held."""
    with closing(sqlite3.connect(folder / "interlude.db")) as conn:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        found = conn.execute(query, (table,)).fetchone() or (1,)
    at = (int(found[0]) - 1) * PAGE
    with (folder / "interlude.db").open("rb") as file:
        file.seek(at)
        sound = file.read(PAGE)
    _put(folder, at, b"\xff" * PAGE)
    return at, sound


def _put(folder: Path, at: int, page: bytes) -> None:
    with (folder / "interlude.db").open("r+b") as file:
        file.seek(at)
        file.write(page)


TROUBLES = {
    _lose_key: "put it back from your copy of the key",
    _another_key: "use the one that belongs to it",
    _open_key: "chmod 600",
    _damage: "interlude restore",
}
Trouble = Callable[[Path], object]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__.strip("_"))
def test_a_start_that_cannot_be_is_refused_with_what_to_do_and_costs_nobody_their_words(
    bot: Bot, folder: Path, trouble: Trouble
) -> None:
    names = ("interlude.db", "interlude.key")
    sound = {name: (folder / name).read_bytes() for name in names}
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    trouble(folder)
    refused = interlude(folder, "run")
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert TROUBLES[trouble] in line
    doctor = interlude(folder, "doctor")
    assert doctor.returncode == 1
    assert TROUBLES[trouble] in doctor.stdout
    assert bot.far_end.calls("getUpdates") == 0
    for name, held in sound.items():
        (folder / name).write_bytes(held)
        (folder / name).chmod(0o600)
    bot.start()
    await_until(lambda: _asked(bot) == [1], "the first question", LIMIT)


@pytest.mark.promise("P1d")
def test_words_that_meet_a_damaged_page_are_kept_and_handled_once_it_is_mended(
    bot: Bot, folder: Path
) -> None:
    """In a page that no start reads: the client is told at once, and the log says what to do."""
    bot.start()
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    await_until(lambda: _asked(bot) == [1], "the first question", LIMIT)
    assert bot.stop() == 0
    at, sound = _damage(folder, "answers")
    bot.start()
    bot.far_end.tell("say", chat=CHAT, text="my father died on Monday")
    await_until(lambda: "row_set_aside" in bot.log, "a line about it", LIMIT)
    await_until(lambda: len(bot.far_end.heard(CHAT)) > 1, "a word to the client", LIMIT)
    assert "It is kept, and the practice can look at it." in bot.far_end.heard(CHAT)[1]
    assert "interlude restore" in bot.log.rpartition("row_set_aside")[2]
    assert bot.stop() == 0
    _put(folder, at, sound)
    bot.start()
    assert interlude(folder, "inbox", "retry", "2").returncode == 0
    await_until(lambda: _asked(bot) == [1, 2], "the second question", LIMIT)


def test_a_start_beside_a_program_that_holds_the_database(bot: Bot, folder: Path) -> None:
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    with closing(sqlite3.connect(folder / "interlude.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = interlude(folder, "run")
        assert refused.returncode == 2
        (line,) = refused.stderr.splitlines()
        assert "another program holds the database" in line
    assert bot.far_end.calls("getUpdates") == 0
    bot.start()
    await_until(lambda: _asked(bot) == [1], "the first question", LIMIT)
