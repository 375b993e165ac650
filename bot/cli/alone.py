"""The things that one ``interlude run`` has for itself on a machine: database, key file, bot.

Used by ``interlude run``. Practices that share one of them by accident would take each other's
messages; the second is refused. Several workers of one practice on PostgreSQL share all three.
"""

from __future__ import annotations

import errno
import hashlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.surroundings import sqlite_file

if TYPE_CHECKING:
    from bot.config import Settings


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold them all. AlreadyRunning: another process on this machine has one of them."""
    from storage.locks import instance_lock, sole_holder

    with ExitStack() as held:
        if settings.database.file is not None:
            held.enter_context(instance_lock(lock_path(settings)))
            held.enter_context(sole_holder(settings.database.key_file))
            held.enter_context(_sole_bot(settings))
        yield


def lock_path(settings: Settings) -> Path:
    """Return the lock of the one run on a SQLite file."""
    from storage.locks import run_lock_path

    return run_lock_path(sqlite_file(settings))


@contextmanager
def _sole_bot(settings: Settings) -> Iterator[None]:
    """Hold a name that is made from the token and ends with the process, whichever user it has.

    Only Linux knows such names; elsewhere Telegram alone refuses the second.
    """
    from storage.errors import AlreadyRunning

    of_bot = f"{settings.telegram.api_url}\0{settings.telegram.token.get_secret_value()}"
    name = f"\0interlude-{hashlib.sha256(of_bot.encode()).hexdigest()[:32]}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mark:
        try:
            mark.bind(name)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise AlreadyRunning(
                    "telegram.token: another practice on this machine runs with this bot; each "
                    "needs a bot of its own, or they would take each other's messages"
                ) from error
        yield
