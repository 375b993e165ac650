"""Locks that several processes on one machine respect: the writer lock and the instance lock.

Used by the SQLite engine, the migrations and ``interlude run``. They are ``flock`` locks: they end
with the process that holds them, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import AlreadyRunning, StorageError
from storage.meanings import of_a_path


class WriterLock:
    """One writer at a time, over all processes: held for the length of a write transaction."""

    def __init__(self, path: Path) -> None:
        self._handle = _opened(path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock and hold it. Transactions are short, so there is no deadline."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._handle)


def writer_lock_path(database: Path) -> Path:
    """Return the path of the writer lock of a database file."""
    return database.with_name(database.name + ".writer")


def run_lock_path(database: Path) -> Path:
    """Return the path of the lock of the one run on a database file."""
    return database.with_name(database.name + ".run")


@contextmanager
def held(handle: int, taken: StorageError) -> Iterator[None]:
    """Hold an open file or folder as the only process, and close it afterwards. ``taken`` is raised
    where another process holds it.
    """
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise taken from error
        yield
    finally:
        os.close(handle)


@contextmanager
def instance_lock(path: Path) -> Iterator[None]:
    """Hold ``path`` as the only one. AlreadyRunning: another process has it."""
    taken = f"Interlude runs already with this database ({path} is locked); stop it first"
    with held(_opened(path), AlreadyRunning(taken)):
        yield


@contextmanager
def sole_holder(key_file: Path) -> Iterator[None]:
    """Hold a key file as the only practice on this machine that runs with it. AlreadyRunning:
    another one does. A file that is missing is nobody's; whoever reads it says so.
    """
    try:
        handle = os.open(key_file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    taken = (
        f"another practice runs with the key file {key_file}; each needs a key, a database "
        "and a bot of its own"
    )
    with held(handle, AlreadyRunning(taken)):
        yield


def _opened(path: Path) -> int:
    try:
        is_new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if is_new and os.geteuid() == 0:
            # a command that root typed must not lock out the user of the bot
            folder = path.parent.stat()
            os.fchown(handle, folder.st_uid, folder.st_gid)
        return handle
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {of_a_path(error)}") from error
