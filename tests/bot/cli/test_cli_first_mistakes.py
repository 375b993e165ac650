"""The mistakes of somebody who sets a practice up for the first time: each is answered with what to
do.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage.locks import WriterLock
from tests.bot.cli.test_cli_commands import interlude
from tests.crash.world import write_config

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings whose token stands in a file, and nothing else."""
    write_config(tmp_path, NOWHERE)
    path = tmp_path / "config.toml"
    text = path.read_text("utf-8")
    token = text.split('token = "')[1].split('"')[0]
    path.write_text(text.replace(f'token = "{token}"', 'token_file = "token"'), "utf-8")
    (tmp_path / "token").write_text(token)
    (tmp_path / "token").chmod(0o600)
    return tmp_path


def refusal(folder: Path, *words: str) -> str:
    """The one line with which a command ends."""
    shown = interlude(folder, *words)
    assert shown.returncode == 2
    (line,) = shown.stderr.splitlines()
    return line


@pytest.mark.parametrize("form", ["{} ", '"{}"', "1 {}", "Token: {}", "{}\n{}"])
def test_a_token_file_with_something_else_in_it(folder: Path, form: str) -> None:
    token = (folder / "token").read_text()
    left, _, right = token.partition(":")
    (folder / "token").write_text(
        form.format(f"{left}: {right}" if form == "{} " else token, token)
    )
    line = refusal(folder, "run")
    assert line.startswith("config.toml:2: the file of telegram.token_file holds no bot token")
    assert "no quotes, no space" in line and right not in line


def test_what_an_editor_leaves_around_a_token_does_no_harm(folder: Path) -> None:
    token = (folder / "token").read_text()
    (folder / "token").write_bytes(b"\xef\xbb\xbf" + f"  {token}\r\n".encode())
    config = folder / "config.toml"
    config.write_bytes(b"\xef\xbb\xbf" + config.read_bytes())
    assert interlude(folder, "init").returncode == 0


def test_run_before_init_leads_to_init_and_leaves_nothing_behind(folder: Path) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("///interlude.db", "///data/interlude.db"))
    before = sorted(folder.iterdir())
    assert refusal(folder, "run").endswith("a new one is made by: interlude init")
    assert sorted(folder.iterdir()) == before


def test_init_makes_the_settings_that_it_is_told(tmp_path: Path) -> None:
    made = interlude(tmp_path, "--config", "own.toml", "init")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "own.toml").stat().st_mode & 0o777 == 0o600
    assert interlude(tmp_path, "--config", "own.toml", "people", "list").returncode == 0
    named = interlude(tmp_path, "init", INTERLUDE_CONFIG="named.toml")
    assert named.returncode == 0 and "named.toml: written" in named.stdout
    assert "own/own.toml: cannot be written" in refusal(
        tmp_path, "--config", "own/own.toml", "init"
    )


def test_the_database_is_its_owner_s_alone(folder: Path) -> None:
    before = os.umask(0o022)
    try:
        assert interlude(folder, "init").returncode == 0
    finally:
        os.umask(before)
    assert (folder / "interlude.db").stat().st_mode & 0o777 == 0o600


def test_doctor_explains_a_database_that_cannot_be_opened(folder: Path) -> None:
    assert interlude(folder, "init").returncode == 0
    (folder / "interlude.db").unlink()
    (folder / "interlude.db").mkdir()
    shown = interlude(folder, "doctor")
    assert shown.returncode == 1
    assert "mend     database: database.url: the database file cannot be opened" in shown.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lock others out")
def test_a_command_that_root_typed_does_not_lock_the_bot_out(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    WriterLock(tmp_path / "interlude.db.writer").close()
    assert (tmp_path / "interlude.db.writer").stat().st_uid == 12345
    os.chown(tmp_path / "interlude.db.writer", 0, 0)
    WriterLock(tmp_path / "interlude.db.writer").close()
    assert (tmp_path / "interlude.db.writer").stat().st_uid == 0, (
        "one that was there is not touched"
    )
