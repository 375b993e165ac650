"""``interlude backup`` and ``restore``: the day on which the disk dies."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import open_store
from storage import backups, cares
from storage.age_files import new_identity
from storage.store import Tx
from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_schedule import NOW, code
from tests.support.house import settings_for

__all__ = ["code"]


@pytest.fixture
def vault(code: str, tmp_path: Path) -> Path:
    """A folder for backups, named in the settings, and the secret key in a file."""
    assert code
    secret, public = new_identity()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (tmp_path / "secret").write_text(secret, "ascii")
    config = tmp_path / "config.toml"
    lines = f'\n[backup]\nfolder = "elsewhere"\nkey = "{public}"\n'
    config.write_text(config.read_text("utf-8") + lines, "utf-8")
    return folder


def made(folder: Path) -> Path:
    """The newest backup, made by the command."""
    done = interlude(folder, "backup")
    assert done.returncode == 0, done.stderr
    return backups.list_in(folder / "elsewhere")[-1].path


def restored(folder: Path, *words: str) -> str:
    done = interlude(folder, "restore", "--identity", "secret", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lose_everything(folder: Path) -> None:
    """The disk with the database and the key is gone."""
    for file in [*folder.glob("interlude.db*"), folder / "interlude.key"]:
        file.unlink()


def aliases(folder: Path) -> list[str]:
    """The clients that can be read."""

    def ask(tx: Tx) -> list[str]:
        return [cares.load(tx, each).alias for each in cares.list_ids(tx)]

    async def work() -> list[str]:
        async with open_store(settings_for(folder)) as store:
            return await store.read(ask)

    return asyncio.run(work())


def test_a_practice_comes_back_from_its_folder_and_one_paper(vault: Path, tmp_path: Path) -> None:
    before = aliases(tmp_path)
    assert before
    made(tmp_path)
    lose_everything(tmp_path)
    said = restored(tmp_path)
    assert "The practice is back" in said
    assert aliases(tmp_path) == before
    files = [*vault.iterdir(), tmp_path / "interlude.key", tmp_path / "interlude.db"]
    modes = {stat.S_IMODE(each.stat().st_mode) for each in files}
    assert modes == {0o600}


def test_a_rehearsal_says_what_comes_back_and_changes_nothing(vault: Path, tmp_path: Path) -> None:
    made(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    said = restored(tmp_path, "--verify")
    assert "Nothing was changed" in said and "1 cares" in said
    assert "the log of 1 line goes on until" in said, "nobody runs, so nothing was lost since"
    (vault / "interlude-tried.txt").unlink()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_who_was_erased_since_is_erased_in_what_comes_back(
    vault: Path, code: str, tmp_path: Path
) -> None:
    older = made(tmp_path)
    assert interlude(tmp_path, "erase", code, "--yes").returncode == 0
    lose_everything(tmp_path)
    said = restored(tmp_path, str(older))
    assert "erased since, and gone here, too: 1" in said
    assert aliases(tmp_path) == []


def test_an_older_backup_comes_back_after_the_master_key_has_changed(
    vault: Path, tmp_path: Path
) -> None:
    before = aliases(tmp_path)
    older = made(tmp_path).rename(backups.path_in(vault, NOW - timedelta(hours=2)))
    for words in (("rotate", "--yes"), ("retire",)):
        assert interlude(tmp_path, "keys", *words).returncode == 0
    made(tmp_path)
    lose_everything(tmp_path)
    restored(tmp_path, str(older))
    assert aliases(tmp_path) == before


@pytest.mark.usefixtures("vault")
def test_what_was_there_is_kept_with_its_own_log(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "interlude.db-wal").write_bytes(b"a log of another database")
    restored(tmp_path)
    kept = sorted(path.name for path in tmp_path.glob("interlude.db.before-*"))
    assert len(kept) == 2 and kept[1] == kept[0] + "-wal"
    assert not (tmp_path / "interlude.db-wal").exists()
    assert aliases(tmp_path)


def test_no_backup_is_there_without_the_keys_to_bring_it_back(vault: Path, tmp_path: Path) -> None:
    """Killed between the two, the newest one would be refused, and no older one is looked at."""
    older = made(tmp_path).rename(backups.path_in(vault, NOW - timedelta(hours=2)))
    in_the_way = vault / "interlude-keys.age.part"
    (in_the_way / "something").mkdir(parents=True)
    assert interlude(tmp_path, "backup").returncode == 2
    assert [each.path for each in backups.list_in(vault)] == [older]


def test_what_a_killed_backup_left_goes_with_the_next_and_two_at_once_are_refused(
    vault: Path, tmp_path: Path
) -> None:
    half = vault / "interlude-20261101T000000Z.age.part"
    half.touch()
    with backups.alone(vault):
        assert not half.exists()
        refused = interlude(tmp_path, "backup")
        assert refused.returncode == 2 and "another process makes a backup" in refused.stderr
    made(tmp_path)


def test_the_journal_that_a_killed_restore_left_is_replayed_into_no_other_file(
    vault: Path, tmp_path: Path
) -> None:
    assert vault
    before = aliases(tmp_path)
    made(tmp_path)
    with closing(sqlite3.connect(tmp_path / "killed.db", isolation_level=None)) as killed:
        killed.execute("PRAGMA cache_size = 1")
        killed.execute("CREATE TABLE said (words)")
        killed.executemany("INSERT INTO said VALUES (?)", [("x" * 900,)] * 300)
        killed.execute("BEGIN")
        killed.execute("UPDATE said SET words = lower(words) || 'y'")
        journal = tmp_path / "killed.db-journal"
        shutil.copy(journal, tmp_path / "interlude.db.restoring-journal")
    restored(tmp_path)
    assert aliases(tmp_path) == before
