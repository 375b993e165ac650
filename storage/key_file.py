"""The key file: the master keys, one a line, outside of the database.

Used by the composition root and by ``interlude init`` and ``interlude keys``. A new file never
stands in the place of another; one that is there is changed in one step, and only by adding a
master or by leaving out those that wrap nothing any more.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.data_keys import Keyring
from storage.errors import KeyFileProblem
from storage.locks import held
from storage.meanings import of_a_path

HEADER = "# Interlude master keys. Keep a copy apart from the database: nothing opens without it.\n"
MOST = 255
"""The highest number of a master."""


def create_key_file(path: Path) -> Keyring:
    """Write a new master key to ``path``, for its owner only. KeyFileProblem: it exists already."""
    keyring = Keyring({1: AESGCM.generate_key(256)})
    write_key_file(path, keyring)
    return keyring


def write_key_file(path: Path, keyring: Keyring) -> None:
    """``path`` holds these keys, for its owner only. KeyFileProblem: it exists already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileProblem(
            f"{path} exists already; a key file is never overwritten, since data may need it"
        ) from error
    except OSError as error:
        raise KeyFileProblem(f"{path} cannot be written: {error.strerror}") from error
    _write(handle, keyring)


def load_key_file(path: Path) -> Keyring:
    """The keys of ``path``. KeyFileProblem: it is missing, open to others, or malformed."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise KeyFileProblem(
            f"{path} is missing; put it back from your copy of the key (a new practice makes one "
            "with `interlude init`)"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileProblem(f"{path} cannot be read as a key file") from error
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileProblem(f"{path} can be read by others; run: chmod 600 {path}")
    return _parse(path, text)


def _parse(path: Path, text: str) -> Keyring:
    masters: dict[int, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            name, encoded = line.split()
            master_id, key = int(name), base64.urlsafe_b64decode(encoded)
        except (ValueError, binascii.Error) as error:
            raise KeyFileProblem(
                f"{path}, line {number}: expected a key's number and the key"
            ) from error
        if master_id in masters:
            raise KeyFileProblem(f"{path}, line {number}: key {master_id} is there twice")
        masters[master_id] = key
    try:
        return Keyring(masters)
    except ValueError as error:
        raise KeyFileProblem(f"{path}: {error}") from error


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Hold the folder of the key file: of two rotations at once one would lose its key.

    KeyFileProblem: another command is at work on it, or there is no such folder.
    """
    try:
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise KeyFileProblem(f"{path.parent} cannot be opened: {of_a_path(error)}") from error
    with held(handle, KeyFileProblem(f"another command works on {path}; wait until it is done")):
        yield


def add_master(path: Path, keyring: Keyring) -> Keyring:
    """A fresh master stands in the file beside those of before. KeyFileProblem: it cannot be
    written, or no number is left.
    """
    number = max(keyring.masters) + 1
    if number > MOST:
        raise KeyFileProblem(f"{path}: no number is left for another master key")
    return _replace(path, {**keyring.masters, number: AESGCM.generate_key(256)})


def keep_newest(path: Path, keyring: Keyring) -> Keyring:
    """Only the newest master is in the file. The others must wrap nothing any more."""
    newest = max(keyring.masters)
    return _replace(path, {newest: keyring.masters[newest]})


def _replace(path: Path, masters: Mapping[int, bytes]) -> Keyring:
    """The file has these masters, and its owner of before, once it is on disk: no moment without a
    whole file.
    """
    made, fresh = Keyring(dict(masters)), path.with_name(path.name + ".new")
    try:
        owner = path.stat()
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchown(handle, owner.st_uid, owner.st_gid)
        _write(handle, made)
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        raise KeyFileProblem(f"{path} cannot be written: {of_a_path(error)}") from error
    return made


def _write(handle: int, keyring: Keyring) -> None:
    lines = (
        f"{number} {base64.urlsafe_b64encode(key).decode()}\n"
        for number, key in sorted(keyring.masters.items())
    )
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(HEADER + "".join(lines))
        file.flush()
        os.fsync(file.fileno())
