"""``interlude export``: a client's copy, written by the practice."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_schedule import code

__all__ = ["code"]


def test_it_writes_the_files_for_their_owner_only(code: str, tmp_path: Path) -> None:
    done = interlude(tmp_path, "export", code.lower(), "--out", "copies")
    assert done.returncode == 0, done.stderr
    text, lossless, tables = (tmp_path / line for line in done.stdout.splitlines())
    assert text.read_text("utf-8").startswith(("What is kept of you", "Was über"))
    assert json.loads(lossless.read_text("utf-8"))["tables"]["people"][0]["code"] == code
    assert {path.stat().st_mode & 0o077 for path in (text, lossless, tables)} == {0}
    with zipfile.ZipFile(tables) as opened:
        assert code in opened.read("people.csv").decode("utf-8-sig")
    noted = interlude(tmp_path, "audit", "list").stdout
    assert noted.count(f"admin  client.exported  {code}") == 1
    again = interlude(tmp_path, "export", code, "--out", "copies")
    assert again.returncode == 2 and "not written over" in again.stderr


def test_a_code_that_nobody_has_is_said(code: str, tmp_path: Path) -> None:
    done = interlude(tmp_path, "export", "ZZZZ", "--out", "copies")
    assert done.returncode == 2 and "no client with this code" in done.stderr
    assert not (tmp_path / "copies").exists()
