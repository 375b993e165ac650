"""Trouble of the machine reaches whoever runs the bot in words that say what to do."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.logs import trouble
from storage.errors import StorageError
from storage.locks import WriterLock
from storage.meanings import meaning
from storage.sqlite import open_connection
from storage.store import Store
from tests.storage.conftest import KEYRING, SHARED
from tests.support.postgres import sqlalchemy_url


def _meaning_of(path: Path, *statements: str) -> str | None:
    """Return what is said of the first statement that fails."""
    connect = partial(sqlite3.connect, path, isolation_level=None)
    try:
        with open_connection(connect, "BEGIN IMMEDIATE") as conn:
            for statement in statements:
                conn.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        said = meaning(error)
        assert trouble(error).get("means") == said
        return said
    raise AssertionError("nothing failed")


def _made(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE t (x)")
        conn.executemany("INSERT INTO t VALUES (?)", [("word" * 200,)] * 200)
    conn.close()


def test_a_full_disk_is_called_full(tmp_path: Path) -> None:
    """A limit on the pages is to SQLite what a full disk is: the same error by the same way."""
    said = _meaning_of(
        tmp_path / "a.db",
        "PRAGMA max_page_count=3",
        "CREATE TABLE t (x)",
        "INSERT INTO t VALUES (hex(zeroblob(99999)))",
    )
    assert said is not None and "disk is full" in said


def test_a_damaged_file_says_what_to_put_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    _made(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096 * 8))
    said = _meaning_of(path, "SELECT count(x) FROM t WHERE x > ''")
    assert said is not None and "damaged" in said and "backup" in said
    path.write_bytes(os.urandom(8192))
    said = _meaning_of(path, "SELECT 1 FROM t")
    assert said is not None and "no database" in said and "backup" in said


def test_a_mistake_of_our_own_has_no_such_meaning(tmp_path: Path) -> None:
    assert _meaning_of(tmp_path / "a.db", "SELECT no_such_thing") is None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("53100", "disk is full"),
        ("53300", "no more connections"),
        ("28P01", "password"),
        ("3D000", "no database of that name"),
        ("25006", "only be read"),
        ("57P01", "shut down"),
    ],
)
async def test_trouble_of_a_server_says_what_to_do(postgres: Path, code: str, says: str) -> None:
    """The server raises each by itself; how it comes about is its own affair."""
    store = await Store.open(sqlalchemy_url(postgres, SHARED), KEYRING)
    raised = sa.text(f"DO $$ BEGIN RAISE EXCEPTION 'her words' USING ERRCODE = '{code}'; END $$")
    try:
        with pytest.raises(sa.exc.DBAPIError) as found:
            await store.read(lambda tx: tx.conn.execute(raised))
    finally:
        await store.close()
    means = trouble(found.value)["means"]
    assert says in means and "her words" not in means


def test_a_folder_that_is_missing_is_told_apart_from_one_that_cannot_be_written(
    tmp_path: Path,
) -> None:
    with pytest.raises(StorageError, match="its folder is missing; make it"):
        WriterLock(tmp_path / "nowhere" / "x.writer")
    with pytest.raises(StorageError, match="Is a directory"):
        WriterLock(tmp_path)
    readonly = Path("/sys/x.writer")  # a file system of every Linux that takes no files of anybody
    if readonly.parent.is_dir():
        with pytest.raises(StorageError) as refused:
            WriterLock(readonly)
        assert "make its folder" not in str(refused.value)
