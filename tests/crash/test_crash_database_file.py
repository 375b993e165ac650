"""The database file under a real ``interlude run``: missing, empty, without anybody, replaced."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.config import Settings
from tests.crash.questions import long_flow
from tests.crash.world import (
    FIRST_CHAT,
    Bot,
    ask_store,
    await_until,
    furnish,
    interlude,
    write_config,
)

CHAT = FIRST_CHAT
WORDS = "my father died on Monday"


@pytest.fixture
def settings(bot: Bot, tmp_path: Path) -> Settings:
    made = write_config(tmp_path, bot.far_end.url)
    asyncio.run(furnish(made, long_flow(), 1))
    return made


def _answers(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute("SELECT count(*) FROM answers").fetchone()[0])


@pytest.mark.usefixtures("settings")
def test_a_database_that_is_not_mounted_is_not_made_anew(bot: Bot) -> None:
    """Its clients' words stay with Telegram until the disk is there again."""
    away = bot.folder / "away"
    away.mkdir()
    for file in bot.folder.glob("interlude.db*"):
        file.rename(away / file.name)
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    for leave in (lambda: None, (bot.folder / "interlude.db").touch):
        leave()
        refused = interlude(bot.folder, "run")
        assert refused.returncode == 2
        assert "interlude.db" in refused.stderr and "mounted" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert bot.far_end.calls("getUpdates") == 0
    for file in away.iterdir():
        file.rename(bot.folder / file.name)
    bot.start()
    await_until(lambda: bot.far_end.heard(CHAT), "the first question")


@pytest.mark.usefixtures("settings")
def test_init_makes_no_second_practice_beside_the_first(bot: Bot) -> None:
    """Neither a lone key nor a lone database is completed by a new one."""
    folder = bot.folder
    key, database = folder / "interlude.key", folder / "interlude.db"
    kept = key.rename(folder / "kept.key")
    refused = interlude(folder, "init")
    assert refused.returncode == 2 and "interlude.key is missing" in refused.stderr
    assert not key.exists()
    kept.rename(key)
    database.rename(folder / "kept.db")
    refused = interlude(folder, "init")
    assert refused.returncode == 2 and "mounted" in refused.stderr and "--new" in refused.stderr
    assert not database.exists()
    made = interlude(folder, "init", "--new")
    assert made.returncode == 0, made.stderr
    assert database.exists()


def test_while_nobody_is_in_it_updates_stay_with_telegram(bot: Bot, tmp_path: Path) -> None:
    write_config(tmp_path, bot.far_end.url)
    assert interlude(tmp_path, "init").returncode == 0
    bot.far_end.tell("say", chat=CHAT, text=WORDS)
    bot.launch()
    await_until(lambda: "nobody_is_here" in bot.log, "a line about it")
    assert bot.far_end.calls("getUpdates") == 0
    invited = interlude(tmp_path, "people", "invite-therapist", "--name", "Dr. Weber")
    assert invited.returncode == 0, invited.stderr
    bot.far_end.await_call("getUpdates", 0)
    assert bot.stop() == 0


@pytest.mark.parametrize("how", ["replaced", "removed"])
def test_a_file_that_is_replaced_while_the_bot_runs(bot: Bot, settings: Settings, how: str) -> None:
    folder, database = bot.folder, bot.folder / "interlude.db"
    bot.start()
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    await_until(lambda: bot.far_end.heard(CHAT), "the first question")
    bot.far_end.tell("say", chat=CHAT, text=WORDS)
    await_until(lambda: len(bot.far_end.heard(CHAT)) > 1, "the second question")
    if how == "replaced":
        older = folder / "older.db"
        shutil.copy(database, older)
        older.rename(database)
        before = database.read_bytes()
    else:
        database.unlink()
    assert bot.process is not None
    assert bot.process.wait(20) == 2
    (saved,) = folder.glob("interlude.db.saved-*")
    assert saved.name in bot.log and "was replaced or removed" in bot.log
    assert _answers(saved) == 1, "what was acknowledged is in the copy"
    if how == "replaced":
        assert database.read_bytes() == before, "nothing was written into the other file"
    assert not (folder / "interlude.db-wal").exists(), "no log to be replayed into the other file"
    if how == "replaced":
        again = interlude(folder, "run")
        assert again.returncode == 2 and f"{saved.name} holds what was taken in" in again.stderr
        assert database.read_bytes() == before, "started again by itself, it leaves the file alone"
    saved.rename(database)
    bot.far_end.tell("say", chat=CHAT, text="said while it stood still")
    bot.start()
    await_until(lambda: len(bot.far_end.heard(CHAT)) > 2, "the third question")
    assert bot.stop() == 0
    assert (
        asyncio.run(
            ask_store(
                settings,
                lambda tx: tx.conn.exec_driver_sql("SELECT count(*) FROM answers").scalar_one(),
            )
        )
        == 2
    )


@pytest.mark.usefixtures("settings")
def test_after_an_orderly_stop_the_file_alone_is_everything(bot: Bot) -> None:
    bot.start()
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    await_until(lambda: bot.far_end.heard(CHAT), "the first question")
    bot.far_end.tell("say", chat=CHAT, text=WORDS)
    await_until(lambda: len(bot.far_end.heard(CHAT)) > 1, "the second question")
    assert bot.stop() == 0
    copy = bot.folder / "copy.db"
    shutil.copy(bot.folder / "interlude.db", copy)
    assert _answers(copy) == 1
