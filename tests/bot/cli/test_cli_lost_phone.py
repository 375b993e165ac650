"""``interlude people unbind`` and ``rebind``: what the command says, and to whom it applies."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import open_store
from bot.config import Settings
from storage import people
from storage.key_file import create_key_file
from storage.migrate import upgrade
from storage.store import Tx
from tests.bot.cli.test_cli_commands import interlude
from tests.crash.world import FarEnd, far_end, write_config
from tests.storage.practice import NOW, add_care, add_person

CHAT = 4711


@pytest.fixture(scope="module")
def other_side() -> Iterator[FarEnd]:
    with far_end() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, other_side: FarEnd) -> Settings:
    """A practice of a therapist with a chat, a client who takes part, and one who never came."""
    made = write_config(tmp_path, other_side.url)
    create_key_file(made.database.key_file)

    def furnish(tx: Tx) -> None:
        care = add_care(tx)
        add_person(tx, "NNNN")
        people.bind_chat(tx, care.therapist_id, CHAT, NOW)

    async def work() -> None:
        await upgrade(made.database.url, may_create=True)
        async with open_store(made) as store:
            await store.write(furnish)

    asyncio.run(work())
    return made


def is_known(settings: Settings) -> bool:
    async def work() -> bool:
        async with open_store(settings) as store:
            return await store.read(lambda tx: people.find_by_chat(tx, CHAT)) is not None

    return asyncio.run(work())


@pytest.mark.usefixtures("settings")
def test_who_is_nobody_or_never_came_is_said(tmp_path: Path) -> None:
    for command in ("unbind", "rebind"):
        done = interlude(tmp_path, "people", command, "ZZZZ")
        assert done.returncode == 2 and "nobody with this code" in done.stderr
    done = interlude(tmp_path, "people", "rebind", "NNNN")
    assert done.returncode == 2 and "has not agreed to anything yet" in done.stderr


def test_a_chat_is_cut_off_and_a_link_made(settings: Settings, tmp_path: Path) -> None:
    assert is_known(settings)
    done = interlude(tmp_path, "people", "unbind", "t1t1")
    assert done.returncode == 0 and "T1T1 is cut off" in done.stdout and "Devices" in done.stdout
    assert not is_known(settings)
    again = interlude(tmp_path, "people", "unbind", "T1T1")
    assert again.returncode == 0 and "had no chat here" in again.stdout
    made = interlude(tmp_path, "people", "rebind", "T1T1")
    assert made.returncode == 0 and "Until the therapist" not in made.stdout
    assert re.search(r"^https://t\.me/\w+\?start=[\w-]+", made.stdout, re.M)
    client = interlude(tmp_path, "people", "rebind", "C1C1")
    assert "Until the therapist has heard the word" in client.stdout
    trail = interlude(tmp_path, "audit", "list").stdout
    assert trail.count("person.cut_off") == 4 and trail.count("person.link_made") == 2
