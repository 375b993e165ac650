"""Backups of the data: a whole copy of the database without anybody's key, checked, then encrypted.

Used by the backups of ``bot`` and by ``restoring``. It never holds the writer: SQLite copies from
one reader's snapshot. Only SQLite; a PostgreSQL server has its own tools.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from pyrage.x25519 import Identity, Recipient

from storage.age_files import PART, BackupProblem, read_file, write_file
from storage.files_beside import discard
from storage.locks import held
from storage.meanings import of_a_path
from storage.store import Store

STAMP = "%Y%m%dT%H%M%SZ"
BEGINS, ENDS = "interlude-2", ".age"
TRIED = "interlude-tried.txt"
FACTS = "backup_facts"
COUNTED = ("people", "cares", "check_ins", "answers", "notes", "digests")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that a backup says of itself: when it began, and how much it holds."""

    made_at: datetime
    schema: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in its folder."""

    path: Path
    made_at: datetime


def path_in(folder: Path, made_at: datetime) -> Path:
    """Return the file of a backup that began then."""
    return folder / f"interlude-{made_at.astimezone(UTC):{STAMP}}{ENDS}"


def list_in(folder: Path) -> list[Backup]:
    """The backups in the folder, oldest first; files that are not whole yet are none."""
    found = []
    for path in sorted(folder.glob(f"{BEGINS}*{ENDS}")):
        stamp = path.name.removeprefix("interlude-").removesuffix(ENDS)
        try:
            found.append(Backup(path, datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)))
        except ValueError:
            continue  # somebody else's file
    return found


class UnderWay(BackupProblem):
    """Another process makes a backup into the same folder just now."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time makes a backup there, and nothing is left that a killed one had half
    made. UnderWay; BackupProblem: the folder cannot be written.
    """
    try:
        handle = os.open(folder / ".interlude-backup", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupProblem(f"{folder} cannot be written: {of_a_path(error)}") from error
    with held(handle, UnderWay("another process makes a backup just now; try again in a minute")):
        for half in folder.glob(f"{BEGINS}*{ENDS}{PART}"):
            half.unlink(missing_ok=True)
        yield


async def take(
    store: Store,
    path: Path,
    scratch: Path,
    recipient: Recipient,
    now: datetime,
    keep_keys: Callable[[], Awaitable[None]],
) -> Facts:
    """``path`` is a backup of all that is committed now. BackupProblem: no room, or the copy is not
    sound.

    ``scratch`` is a place beside the database for the plain copy, whose cells are sealed; it is
    gone afterwards. ``keep_keys`` sees to the keys of everybody in it, before there is a backup
    that could not be brought back without them.
    """
    with _gone_afterwards(scratch):
        try:
            await store.copy_to(scratch)
        except OSError as error:
            raise BackupProblem(f"{scratch} cannot be written; is the disk full?") from error
        facts = await asyncio.to_thread(_prepare, scratch, now)
        await keep_keys()
        await asyncio.to_thread(write_file, path, scratch, recipient)
    return facts


@contextmanager
def _gone_afterwards(scratch: Path) -> Iterator[None]:
    """Nothing is left of the file, nor of one that a killed process left."""
    discard(scratch)
    try:
        yield
    finally:
        discard(scratch)


def unpack(path: Path, target: Path, identity: Identity) -> Facts:
    """``target`` is the database of the backup, without keys, sound and complete. BackupProblem."""
    read_file(path, target, identity)
    try:
        with _opened(target) as conn:
            row = conn.execute(f"SELECT body FROM {FACTS}").fetchone()
            body = json.loads(row[0])
            facts = Facts(datetime.fromisoformat(body["made_at"]), body["schema"], body["counts"])
            if _check(conn) or _counts(conn) != facts.counts:
                raise BackupProblem(f"{path} is not sound; take another backup")
            conn.execute(f"DROP TABLE {FACTS}")
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        raise BackupProblem(f"{path} is no backup of Interlude") from error
    return facts


def mark_tried(folder: Path, now: datetime) -> None:
    """It is noted beside the backups that one of them was brought back, for a rehearsal."""
    (folder / TRIED).write_text(now.isoformat(timespec="seconds") + "\n", "ascii")


def tried_at(folder: Path) -> datetime | None:
    """The time when that was last done."""
    try:
        return datetime.fromisoformat((folder / TRIED).read_text("ascii").strip())
    except (OSError, ValueError):
        return None


def _prepare(copy: Path, now: datetime) -> Facts:
    """Take the keys out of the copy, check it, and let it say what it holds."""
    with _opened(copy) as conn:
        conn.execute("DELETE FROM person_keys")
        trouble = _check(conn)
        if trouble is not None:
            raise BackupProblem(f"the copy of the database is not sound: {trouble}")
        schema = conn.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        facts = Facts(now, schema, _counts(conn))
        body = {"made_at": now.isoformat(), "schema": schema, "counts": facts.counts}
        conn.execute(f"CREATE TABLE {FACTS} (body TEXT NOT NULL)")
        conn.execute(f"INSERT INTO {FACTS} VALUES (?)", (json.dumps(body),))
        conn.execute("VACUUM")
    return facts


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA secure_delete=ON")
        conn.execute("PRAGMA journal_mode=OFF")  # a copy that fails is thrown away
        yield conn


def _check(conn: sqlite3.Connection) -> str | None:
    found = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        return str(found)
    stray = conn.execute("PRAGMA foreign_key_check").fetchone()
    return None if stray is None else f"a row of {stray[0]} refers to nothing"


def _counts(conn: sqlite3.Connection) -> dict[str, int]:
    return {
        name: int(conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in COUNTED
    }


def kept(
    stamps: Iterable[datetime], *, zone: tzinfo, daily: int, weekly: int, monthly: int
) -> set[datetime]:
    """Of backups made then, those to keep: the newest of each of the last days, weeks and months
    that have one; and all that are younger than a day, counted from the newest.
    """
    newest_first = sorted(stamps, reverse=True)
    keep = {at for at in newest_first if newest_first[0] - at < timedelta(days=1)}
    for most, span in ((daily, "%Y-%m-%d"), (weekly, "%G-%V"), (monthly, "%Y-%m")):
        seen: set[str] = set()
        for at in newest_first:
            name = at.astimezone(zone).strftime(span)
            if name not in seen and len(seen) < most:
                seen.add(name)
                keep.add(at)
    return keep
