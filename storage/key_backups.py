"""The backup of keys: the master keys and every person's wrapped data key, the latest only.

Used by the backups of ``bot`` and by ``restoring``. Data backups leave these keys out, so whoever
was erased is erased in every one of them as soon as this file is written anew.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from pyrage.x25519 import Identity, Recipient

from storage.age_files import BackupProblem, read_bytes, write_bytes
from storage.data_keys import Keyring
from storage.store import Tx
from storage.tables_people import index_key, person_keys

NAME = "interlude-keys.age"


@dataclass(frozen=True, slots=True)
class KeyBackup:
    """The keys as they were at ``made_at``."""

    made_at: datetime
    keyring: Keyring
    keys: WrappedKeys


@dataclass(frozen=True, slots=True)
class WrappedKeys:
    """The keys of the database as they are wrapped now."""

    index: bytes = field(repr=False)
    """The index key: that of an older backup may be under a master which was retired since."""
    people: dict[int, bytes] = field(repr=False)
    """The data key of each person who has one."""


def list_keys(tx: Tx) -> WrappedKeys:
    """The wrapped keys of one moment."""
    rows = tx.conn.execute(sa.select(person_keys.c.person_id, person_keys.c.wrapped))
    people = {row.person_id: bytes(row.wrapped) for row in rows}
    index = tx.conn.execute(sa.select(index_key.c.wrapped)).scalar_one()
    return WrappedKeys(bytes(index), people)


def write(folder: Path, backup: KeyBackup, recipient: Recipient) -> None:
    """The folder holds these keys and no earlier ones. BackupProblem: it cannot be written."""
    body = {
        "made_at": backup.made_at.isoformat(),
        "masters": {str(n): _text(key) for n, key in backup.keyring.masters.items()},
        "people": {str(n): _text(key) for n, key in backup.keys.people.items()},
        "index": _text(backup.keys.index),
    }
    write_bytes(folder / NAME, json.dumps(body).encode(), recipient)


def read(folder: Path, identity: Identity) -> KeyBackup:
    """The keys in the folder. BackupProblem: missing, damaged, or of another identity."""
    plain = read_bytes(folder / NAME, identity)
    try:
        body = json.loads(plain)
        masters = {int(n): _key(text) for n, text in body["masters"].items()}
        people = {int(n): _key(text) for n, text in body["people"].items()}
        keys = WrappedKeys(_key(body["index"]), people)
        return KeyBackup(datetime.fromisoformat(body["made_at"]), Keyring(masters), keys)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupProblem(f"{folder / NAME} is no backup of keys") from error


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(text: str) -> bytes:
    return base64.b64decode(text)
