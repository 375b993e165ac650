"""A start beside another run on this machine, or beside a copy of what was taken in."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.alone import alone
from bot.cli.run import refuse_while_saved
from bot.config import Settings
from storage.errors import AlreadyRunning
from storage.key_file import create_key_file
from tests.support.house import settings_for

REFUSED = 2


def practice(folder: Path, token: str = "1:one", api_url: str = "https://one.example") -> Settings:
    """Settings of a practice with a folder, a key and a bot of its own."""
    folder.mkdir(exist_ok=True)
    telegram = {"token": SecretStr(token), "api_url": api_url}
    settings = settings_for(folder, telegram=telegram)
    if not settings.database.key_file.exists():
        create_key_file(settings.database.key_file)
    return settings


def with_key_of(settings: Settings, other: Settings) -> Settings:
    database = settings.database.model_copy(update={"key_file": other.database.key_file})
    return settings.model_copy(update={"database": database})


def with_file(settings: Settings, file: Path) -> Settings:
    url = {"url": f"sqlite+aiosqlite:///{file}"}
    return settings.model_copy(update={"database": settings.database.model_copy(update=url)})


def test_practices_that_share_nothing_run_side_by_side(tmp_path: Path) -> None:
    """Nor is anything held by what has ended."""
    hill, river = practice(tmp_path / "hill"), practice(tmp_path / "river", "2:two")
    elsewhere = practice(tmp_path / "lake", "1:one", "https://other.example")
    for _ in range(2):
        with alone(hill), alone(river), alone(elsewhere):
            pass


def test_what_two_practices_share_is_named(tmp_path: Path) -> None:
    hill, river = practice(tmp_path / "hill"), practice(tmp_path / "river", "2:two")
    same_database = with_key_of(practice(tmp_path / "hill", "2:two"), river)
    same_bot = practice(tmp_path / "lake", "1:one")
    shared = {
        "with this database": same_database,
        "with the key file": with_key_of(river, hill),
        "with this bot": same_bot,
    }
    for words, settings in shared.items():
        with alone(hill), pytest.raises(AlreadyRunning, match=words), alone(settings):
            raise AssertionError("two at once")


def test_runs_on_a_server_share_all_three(tmp_path: Path) -> None:
    hill = practice(tmp_path / "hill")
    database = hill.database.model_copy(update={"url": "postgresql+asyncpg://there/interlude"})
    several = hill.model_copy(update={"database": database})
    with alone(several), alone(several):
        pass


def test_beside_a_saved_copy_nothing_starts_until_somebody_says_which_file_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own log and another database's copy are none."""
    file = tmp_path / "at [home].db"
    settings = with_file(practice(tmp_path), file)
    for end in ("saved-20260101T000000-wal", "saved-20260101T000000-shm"):
        file.with_name(f"{file.name}.{end}").touch()
    file.with_name("other.db.saved-20260101T000000").touch()
    refuse_while_saved(settings)
    copies = [file.with_name(f"{file.name}.saved-2026010{n}T000000") for n in (2, 1)]
    for copy in copies:
        copy.touch()
    with pytest.raises(SystemExit) as ended:
        refuse_while_saved(settings)
    assert ended.value.code == REFUSED
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{copies[0]} holds what was taken in when {file} was replaced")
    (tmp_path / "elsewhere").mkdir()
    for copy in copies:
        copy.rename(tmp_path / "elsewhere" / copy.name)
    refuse_while_saved(settings)
