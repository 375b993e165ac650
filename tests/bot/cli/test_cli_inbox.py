"""``interlude inbox``: what was set aside is seen, explained, tried again, dropped."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import Settings
from storage import audit, inbox
from storage.inbox import NewUpdate
from storage.people import Person
from storage.store import Store, Tx
from tests.bot.cli.test_cli_commands import Shown, interlude
from tests.crash.questions import long_flow
from tests.crash.world import FIRST_CHAT, ask_store, furnish, write_config

NOW = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
CANARY = "xylophone-canary"
CHAT = {"id": FIRST_CHAT, "type": "private"}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A practice with two messages that were set aside, and the code of who sent them."""
    folder = tmp_path_factory.mktemp("furnished")
    settings = write_config(folder, "http://127.0.0.1:9")
    asyncio.run(furnish(settings, long_flow(), 1))
    return folder, asyncio.run(_set_two_aside(settings))


async def _set_two_aside(settings: Settings) -> str:
    from bot.app import open_store
    from storage import people

    bodies = (
        {"message": {"message_id": 1, "date": 0, "chat": CHAT, "text": CANARY}},
        {"message": {"message_id": 2, "date": 0, "chat": CHAT, "text": {"a": CANARY}}},
    )

    def decide(tx: Tx) -> Person:
        person = people.find_by_chat(tx, FIRST_CHAT)
        assert person is not None
        updates = [NewUpdate(n, f"f{n}", person.id, json.dumps(b)) for n, b in enumerate(bodies)]
        inbox.add_many(tx, updates, NOW)
        first, second = inbox.list_new(tx, now=NOW, limit=2)
        for _ in range(2):
            inbox.mark_failed(tx, first.id, now=NOW, retry_at=NOW, error="OSError")
        inbox.quarantine(tx, first.id, error="OSError", now=NOW)
        inbox.quarantine(tx, second.id, error="unreadable", now=NOW)
        return person

    store: Store
    async with open_store(settings) as store:
        return (await store.write(decide)).code


@pytest.fixture
def folder(tmp_path: Path, furnished: tuple[Path, str]) -> Path:
    """A copy, to be changed by one test."""
    return Path(shutil.copytree(furnished[0], tmp_path / "practice"))


def _settings(folder: Path) -> Settings:
    from bot.config import load_settings

    found = load_settings(folder / "config.toml", {})
    assert isinstance(found, Settings)
    return found


def _said(shown: Shown) -> str:
    assert (shown.returncode, shown.stderr) == (0, "")
    return shown.stdout


def test_the_list_tells_all_but_the_words(folder: Path, furnished: tuple[Path, str]) -> None:
    code = furnished[1]
    assert _said(interlude(folder, "inbox", "list")).splitlines() == [
        f"1  2026-11-25 17:00  from {code}  a message: OSError",
        f"2  2026-11-25 17:00  from {code}  something unreadable: unreadable",
    ]
    listed = json.loads(_said(interlude(folder, "inbox", "list", "--json")))
    assert [(row["id"], row["person"], row["why"], row["attempts"]) for row in listed] == [
        (1, code, "OSError", 3),
        (2, code, "unreadable", 1),
    ]
    assert CANARY not in str(listed)


def test_explaining_shows_words_only_when_asked(folder: Path) -> None:
    told = _said(interlude(folder, "inbox", "explain", "1"))
    assert "failed 3 times with OSError" in told and "row=1" in told
    assert "interlude inbox retry 1" in told and CANARY not in told
    assert CANARY in _said(interlude(folder, "inbox", "explain", "1", "--words"))
    assert "A newer version may" in _said(interlude(folder, "inbox", "explain", "2"))
    shown = json.loads(_said(interlude(folder, "inbox", "explain", "1", "--words", "--json")))
    assert shown["words"] == CANARY


def test_words_that_were_shown_are_in_the_audit_trail(
    folder: Path, furnished: tuple[Path, str]
) -> None:
    def explained() -> list[tuple[str, str, str]]:
        rows = asyncio.run(ask_store(_settings(folder), lambda tx: audit.list_(tx, 100)))
        found = [row for row in rows if row.action == "inbox.explained"]
        return [(row.actor, row.subject, row.detail) for row in found]

    interlude(folder, "inbox", "explain", "1")
    assert explained() == []
    interlude(folder, "inbox", "explain", "1", "--words")
    assert explained() == [("admin", furnished[1], "1")]


def test_what_is_tried_again_or_dropped_is_written_down(
    folder: Path, furnished: tuple[Path, str]
) -> None:
    assert _said(interlude(folder, "inbox", "retry", "1")) == "1 will be handled again.\n"
    assert _said(interlude(folder, "inbox", "drop", "2")) == (
        f"2 is gone. {furnished[1]} was told that it is kept: tell them yourself.\n"
    )
    assert _said(interlude(folder, "inbox", "list")) == "Nothing was set aside.\n"
    assert asyncio.run(ask_store(_settings(folder), inbox.count_new)) == 1
    rows = asyncio.run(ask_store(_settings(folder), lambda tx: audit.list_(tx, 2)))
    assert [(row.action, row.subject, row.detail) for row in rows] == [
        ("inbox.dropped", furnished[1], "2"),
        ("inbox.retried", furnished[1], "1"),
    ]


def test_an_unknown_number_changes_nothing(folder: Path) -> None:
    for words in (("retry", "1", "9"), ("drop", "1", "9"), ("explain", "9")):
        shown = interlude(folder, "inbox", *words)
        assert (shown.returncode, shown.stdout) == (2, "")
        assert re.match(r"9: nothing is set aside under this number; `interlude", shown.stderr)
    assert len(_said(interlude(folder, "inbox", "list")).splitlines()) == 2
