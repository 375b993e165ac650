"""A database in trouble: ``doctor`` and the commands that read say what it is, and what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from storage.key_file import create_key_file

PAGE = 4096


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    return tmp_path


def interlude(*words: str) -> Result:
    done = CliRunner().invoke(main, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def said_by_doctor() -> str:
    lines = interlude("doctor").output.splitlines()
    return next(line for line in lines if " database: " in line)


@contextmanager
def pages_overwritten(database: Path) -> Iterator[None]:
    with database.open("r+b") as file:
        for page in range(2, database.stat().st_size // PAGE, 2):
            file.seek(page * PAGE)
            file.write(os.urandom(PAGE))
    yield


@contextmanager
def a_page_that_no_start_reads(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database)) as conn:
        (page,) = conn.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'supervisions'"
        ).fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)
    yield


@contextmanager
def beginning_overwritten(database: Path) -> Iterator[None]:
    with database.open("r+b") as file:
        file.write(os.urandom(100))
    yield


@contextmanager
def end_cut_off(database: Path) -> Iterator[None]:
    os.truncate(database, database.stat().st_size // PAGE // 2 * PAGE)
    yield


@contextmanager
def held(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def another_key(database: Path) -> Iterator[None]:
    key = database.parent.parent / "interlude.key"
    key.unlink()
    create_key_file(key)
    yield


TROUBLES = {
    pages_overwritten: "interlude restore",
    beginning_overwritten: "interlude restore",
    end_cut_off: "interlude restore",
    held: "another program holds the database; end it",
    another_key: "use the one that belongs to it",
}
Trouble = Callable[[Path], object]


def test_doctor_reads_a_sound_database_through(folder: Path) -> None:
    assert said_by_doctor().startswith("good     database: reached and sound")


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__)
def test_a_trouble_is_named_with_what_to_do(folder: Path, trouble: Trouble) -> None:
    with trouble(folder / "data" / "interlude.db"):  # type: ignore[attr-defined]
        said = said_by_doctor()
        assert said.startswith("mend") and TROUBLES[trouble] in said  # type: ignore[index]
        for words in (("people", "list"), ("safety", "cases"), ("inbox", "list")):
            refused = interlude(*words)
            assert refused.exit_code == 2, words
            assert TROUBLES[trouble] in refused.stderr, words  # type: ignore[index]
            assert len(refused.stderr.splitlines()) == 1


def test_doctor_finds_damage_where_no_command_looks(folder: Path) -> None:
    with a_page_that_no_start_reads(folder / "data" / "interlude.db"):
        assert interlude("people", "list").exit_code == 0
        said = said_by_doctor()
    assert said.startswith("mend") and "interlude restore" in said


def test_without_its_key_doctor_says_so_and_goes_on(folder: Path) -> None:
    (folder / "interlude.key").unlink()
    done = interlude("doctor").output
    assert "put it back from your copy" in done
    assert said_by_doctor().startswith("look at  database: cannot be looked into")
