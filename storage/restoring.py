"""A database made of a data backup and the backup of keys, and put into the place of the one that
was lost.

Used by ``interlude restore``. Whoever has no key in the backup of keys was erased since, and is
erased in what comes back. It must never open the database that is in place.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyrage.x25519 import Identity

from storage import backups, erasures, key_backups, people, replay_log
from storage.age_files import BackupProblem, sync_folder
from storage.backups import Backup, Facts
from storage.data_keys import Keyring
from storage.files_beside import LOGS
from storage.key_backups import WrappedKeys
from storage.log_replay import Replayed, replay
from storage.migrate import upgrade
from storage.store import Store, Tx


@dataclass(frozen=True, slots=True)
class Assembled:
    """A database that could be put in place, and what became of it on the way."""

    facts: Facts
    keyring: Keyring
    erased: int
    """Clients of the backup who were erased since."""
    replayed: Replayed


async def assemble(backup: Backup, target: Path, identity: Identity, now: datetime) -> Assembled:
    """``target`` is a database of today's schema in which everybody stands as the log beside the
    backup said at last. BackupProblem: the backup, or that of the keys beside it, cannot be used.
    """
    folder = backup.path.parent
    keys = key_backups.read(folder, identity)
    facts = backups.unpack(backup.path, target, identity)
    if keys.made_at < facts.made_at:
        raise BackupProblem(
            f"{key_backups.NAME} is older than the backup: take the newest one, or people who came "
            "meanwhile would count as erased"
        )
    _put_keys(target, keys.keys)
    url = f"sqlite+aiosqlite:///{target}"
    await upgrade(url, keeps_before=False)
    sealed = replay_log.read_since(folder, backup.made_at)

    def make_good(tx: Tx) -> tuple[int, Replayed]:
        before = set(people.list_client_ids(tx))
        lines = filter(None, (replay_log.opened(tx, line, identity) for line in sealed))
        done = replay(tx, lines, keys.keys.people, backup_at=facts.made_at, now=now)
        for person_id in erasures.list_without_key(tx):
            erasures.forget(tx, person_id)
        return len(before - set(people.list_client_ids(tx))), done

    store = await Store.open(url, keys.keyring)
    try:
        erased, done = await store.write(make_good)
        trouble = await store.check()
    finally:
        await store.close()
    if trouble is not None:
        raise BackupProblem(f"{backup.path} could not be brought back whole: {trouble}")
    done.refused = len(sealed) - done.lines
    return Assembled(facts, keys.keyring, erased, done)


def put_in_place(made: Path, database: Path, now: datetime) -> Path | None:
    """``made`` is the database from now on; return under which name the one before is kept, with
    its logs, so that neither is replayed into the other.
    """
    aside = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S}")
    is_there = database.exists()
    for end in ("", *LOGS):
        file = database.with_name(database.name + end)
        if file.exists():
            file.rename(aside.with_name(aside.name + end))
    made.rename(database)
    sync_folder(database.parent)
    return aside if is_there else None


def _put_keys(target: Path, keys: WrappedKeys) -> None:
    with closing(sqlite3.connect(target)) as conn, conn:
        known = {row[0] for row in conn.execute("SELECT id FROM people")}
        rows = [(person, key) for person, key in keys.people.items() if person in known]
        conn.executemany(
            "INSERT INTO person_keys (person_id, wrapped, generation) VALUES (?, ?, 1)", rows
        )
        conn.execute("UPDATE index_key SET wrapped = ?", (keys.index,))
