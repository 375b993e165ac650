"""The log outside of the database: what must not come back when an older backup is restored.

A file beside the backups, only ever appended to, each line encrypted and marked by the practice. A
change is noted in its own transaction (``unlogged``) and written here right after it; killed in
between, the next start finds the note and writes it. Used by the backups of ``bot``.

    line  base64(age(JSON)) space HMAC-SHA256(index key, the base64 text)
    JSON  {"at", "sequences": {table: highest id}, "rows": [{"t", "k", "row"}]}; no row: deleted
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pyrage import DecryptError, encrypt
from pyrage.x25519 import Identity, Recipient

from storage import replayed
from storage.age_files import BackupProblem, open_bytes, sync_folder
from storage.backups import STAMP
from storage.locks import held
from storage.meanings import of_a_path
from storage.store import Tx
from storage.tables_backup import unlogged

BEGINS, ENDS = "interlude-since-", ".log"
AT_ONCE = 500
"""Changes in one line."""
_T = unlogged.c
_NOTED = sa.select(_T.id, _T.place, _T.key).order_by(_T.id).limit(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Noted:
    """Changes that are to be written down, as far as ``until``."""

    until: int
    rows: list[dict[str, Any]]
    sequences: dict[str, int]
    is_of_keys: bool
    """Somebody's key is new or gone."""


@dataclass(frozen=True, slots=True)
class Line:
    """The content of one line of the log."""

    at: datetime
    sequences: dict[str, int]
    rows: list[dict[str, Any]]


def has_noted(tx: Tx) -> bool:
    """True where something is to be written down."""
    return tx.conn.execute(sa.select(_T.id).limit(1)).first() is not None


def list_noted(tx: Tx) -> Noted:
    """The next changes, each row as it is now."""
    found = tx.conn.execute(_NOTED).all()
    last = {(row.place, row.key): row.id for row in found}
    ordered = sorted(last, key=lambda place: last[place])
    keys = {table.name for table in replayed.KEYS}
    rows = [_now(tx, place, key) for place, key in ordered if place not in keys]
    is_of_keys = any(place in keys for place, _ in ordered)
    until = found[-1].id if found else 0
    return Noted(until, rows, _sequences(tx), is_of_keys)


def drop_noted(tx: Tx, until: int) -> None:
    """They are written down."""
    tx.conn.execute(sa.delete(unlogged).where(_T.id <= until))


def sealed(tx: Tx, noted: Noted, recipient: Recipient, now: datetime) -> str:
    """The line for them."""
    body = {"at": now.isoformat(), "sequences": noted.sequences, "rows": noted.rows}
    text = base64.b64encode(encrypt(json.dumps(body).encode(), [recipient])).decode()
    return f"{text} {tx.log_mark(text)}\n"


def begin(folder: Path, now: datetime) -> None:
    """All that is noted from now on goes into a file of its own. BackupProblem: no place for it."""
    try:
        path = folder / f"{BEGINS}{now.astimezone(UTC):{STAMP}}{ENDS}"
        path.touch(mode=0o600)
        sync_folder(folder)
    except OSError as error:
        raise _not_written(folder, error) from error


def append(folder: Path, line: str) -> None:
    """The line is on disk. BackupProblem: it cannot be written."""
    listed = list_in(folder)
    if not listed:
        return  # before the first backup there is nothing to come back from
    try:
        handle = os.open(listed[-1], os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _not_written(folder, error) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time writes what it has read. BackupProblem: another does so now, or the
    folder is not there.
    """
    try:
        handle = os.open(folder / ".interlude-log", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _not_written(folder, error) from error
    with held(handle, BackupProblem("another process writes the log just now")):
        yield


def list_in(folder: Path) -> list[Path]:
    """The files of the log, oldest first."""
    return sorted(folder.glob(f"{BEGINS}2*{ENDS}"))


def drop_before(folder: Path, oldest: datetime) -> None:
    """No file is left that ended before the oldest backup began."""
    name = f"{BEGINS}{oldest.astimezone(UTC):{STAMP}}{ENDS}"
    for path in list_in(folder):
        if path.name < name:
            path.unlink(missing_ok=True)


def read_since(folder: Path, made_at: datetime) -> list[str]:
    """The lines that were written since the backup that began then, still sealed, oldest first; one
    that was cut off by a dying machine is none.
    """
    name = f"{BEGINS}{made_at.astimezone(UTC):{STAMP}}{ENDS}"
    found: list[str] = []
    for path in list_in(folder):
        if path.name >= name:
            text = path.read_text("ascii", errors="replace")
            found += [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return found


def opened(tx: Tx, line: str, identity: Identity) -> Line | None:
    """The content of the line; None where this practice has not written it, or it is damaged."""
    text, _, mark = line.strip().partition(" ")
    if mark != tx.log_mark(text):
        return None
    try:
        body = json.loads(open_bytes(base64.b64decode(text), identity))
    except (DecryptError, ValueError):
        return None
    return Line(datetime.fromisoformat(body["at"]), body["sequences"], body["rows"])


def _now(tx: Tx, place: str, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {"t": place, "k": json.loads(key)}
    if place == replayed.SAID:
        return found
    table = replayed.TABLES[place]
    where = " AND ".join(f"{name} = ?" for name in replayed.key_of(table))
    sql = f"SELECT * FROM {table.name} WHERE {where}"
    row = tx.conn.exec_driver_sql(sql, tuple(found["k"])).mappings().one_or_none()
    if row is not None:
        found["row"] = {name: _plain(value) for name, value in row.items()}
    return found


def _plain(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _sequences(tx: Tx) -> dict[str, int]:
    found = tx.conn.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    return {name: int(seq) for name, seq in found}


def _not_written(folder: Path, error: OSError) -> BackupProblem:
    return BackupProblem(f"the log in {folder} cannot be written: {of_a_path(error)}")
