"""Files that only the holder of an age identity can read: written whole or not at all, for their
owner only.

Used by ``backups``, ``key_backups`` and ``replay_log``. It holds the public key alone: what this
machine wrote it cannot read.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient

from storage.errors import StorageError
from storage.meanings import of_a_path

PART = ".part"
"""Ends the name of a file that is not whole yet."""


class BackupProblem(StorageError):
    """A backup cannot be written or read; the message says why and what to do."""


def recipient_of(text: str) -> Recipient:
    """The public key that backups are encrypted to. BackupProblem: it is none."""
    try:
        return Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise BackupProblem(
            "backup.key is no public key of age; `interlude backup key` makes one"
        ) from error


def identity_of(text: str) -> Identity:
    """The secret key, from a line or a file as age writes it. BackupProblem: it is none."""
    lines = [line.strip() for line in text.splitlines()]
    found = next((line for line in lines if line.upper().startswith("AGE-SECRET-KEY-")), "")
    try:
        return Identity.from_str(found.upper())
    except pyrage.IdentityError as error:
        raise BackupProblem(
            "this is no secret key of a backup: it begins with AGE-SECRET-KEY-1; look for a letter "
            "that was misread"
        ) from error


def new_identity() -> tuple[str, str]:
    """A new pair: the secret key to print, the public one for the settings."""
    made = Identity.generate()
    return str(made), str(made.to_public())


def write_file(path: Path, plain: Path, recipient: Recipient) -> None:
    """``path`` is ``plain``, encrypted, on disk; a reader finds it whole. BackupProblem: no room,
    no folder.
    """
    part = path.with_name(path.name + PART)
    try:
        with plain.open("rb") as source, _made(part) as target:
            pyrage.encrypt_io(source, target, [recipient])
            target.flush()
            os.fsync(target.fileno())
        _put(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _not_written(path, error) from error


def write_bytes(path: Path, plain: bytes, recipient: Recipient) -> None:
    """The same for a few bytes; what the file held before is overwritten on the disk, as far as a
    disk lets one.
    """
    part = path.with_name(path.name + PART)
    try:
        with _made(part) as target:
            target.write(pyrage.encrypt(plain, [recipient]))
            target.flush()
            os.fsync(target.fileno())
        earlier = os.open(path, os.O_WRONLY) if path.exists() else None
        _put(part, path)
        if earlier is not None:
            _overwrite(earlier)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _not_written(path, error) from error


def read_file(path: Path, target: Path, identity: Identity) -> None:
    """``target`` is what ``path`` holds, for its owner only. BackupProblem: another key, or the
    file is damaged or cut off.
    """
    try:
        with path.open("rb") as source, _made(target) as out:
            pyrage.decrypt_io(source, out, [identity])
            out.flush()
            os.fsync(out.fileno())
    except (pyrage.DecryptError, OSError) as error:
        raise _not_read(path, error) from error


def read_bytes(path: Path, identity: Identity) -> bytes:
    """The bytes that the file holds. BackupProblem: as ``read_file``."""
    try:
        return open_bytes(path.read_bytes(), identity)
    except (pyrage.DecryptError, OSError) as error:
        raise _not_read(path, error) from error


def open_bytes(sealed: bytes, identity: Identity) -> bytes:
    """The bytes that were encrypted. DecryptError: they were not, or to another key."""
    return bytes(pyrage.decrypt(sealed, [identity]))


def sync_folder(folder: Path) -> None:
    """The names in the folder are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _made(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _put(part: Path, path: Path) -> None:
    part.replace(path)
    sync_folder(path.parent)


def _overwrite(handle: int) -> None:
    try:
        os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(path: Path, error: OSError) -> BackupProblem:
    return BackupProblem(f"{path} cannot be written: {of_a_path(error)}")


def _not_read(path: Path, error: Exception) -> BackupProblem:
    if isinstance(error, FileNotFoundError):
        return BackupProblem(f"{path} is missing; a backup needs the files that lie beside it")
    if "No matching keys" in str(error):
        return BackupProblem(f"{path} was encrypted to another key; this secret key opens nothing")
    return BackupProblem(f"{path} is damaged or cut off; take another backup")
