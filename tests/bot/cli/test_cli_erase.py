"""``interlude erase``: the practice erases a client, and finds receipts again."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot.app import open_store
from storage import people
from storage.store import Tx
from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_schedule import NOW, code
from tests.support.house import settings_for

__all__ = ["code"]


def test_it_erases_says_what_and_is_found_again(code: str, tmp_path: Path) -> None:
    done = interlude(tmp_path, "erase", code.lower(), "--yes")
    assert done.returncode == 0, done.stderr
    receipt = re.search(rf"^{code} is erased\. Receipt: (\w{{4}}-\w{{4}})$", done.stdout, re.M)
    assert receipt is not None and "check ins: 0" in done.stdout
    again = interlude(tmp_path, "erase", code, "--yes")
    assert again.returncode == 2 and "nobody with this code" in again.stderr
    (line,) = interlude(tmp_path, "erase", "--list", "--json").stdout.splitlines()
    found = json.loads(line)
    assert (found["client"], found["by"], found["receipt"]) == (code, "practice", receipt[1])
    assert code not in interlude(tmp_path, "people", "list").stdout


def test_a_client_with_a_chat_gets_a_receipt_from_the_bot(code: str, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)

    def bind(tx: Tx) -> None:
        client = people.find_by_code(tx, code)
        assert client is not None
        people.bind_chat(tx, client.id, 4711, NOW)

    async def run(work: object) -> object:
        async with open_store(settings) as store:
            return await store.write(work)  # type: ignore[arg-type]

    asyncio.run(run(bind))
    done = interlude(tmp_path, "erase", code, "--yes", "--json")
    assert json.loads(done.stdout)["told"] == "under way"
    again = interlude(tmp_path, "erase", code, "--yes")
    assert again.returncode == 2 and "on its way" in again.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("erase",), "CODE, or --list"),
        (("erase", "ZZZZ", "--yes"), "nobody with this code"),
        (("erase", "ZZZZ", "--list"), "CODE, or --list"),
    ],
)
def test_what_cannot_be_done_is_said(
    code: str, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    done = interlude(tmp_path, *words)
    assert done.returncode == 2 and says in done.stderr


def test_it_asks_first(code: str, tmp_path: Path) -> None:
    done = interlude(tmp_path, "erase", code)
    assert done.returncode == 1
    assert code in interlude(tmp_path, "people", "list").stdout
