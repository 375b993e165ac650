"""The things that one ``interlude run`` has for itself on a machine: database, key, bot, ports.

Used by ``interlude run``. Practices that share one of them by accident would take each other's
messages; the second is refused. Several runs of one practice on PostgreSQL share all but the ports.
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
        for setting, host, port in _ports(settings):
            held.enter_context(_sole_port(setting, host, port))
        yield


def lock_path(settings: Settings) -> Path:
    """Return the lock of the one run on a SQLite file."""
    from storage.locks import run_lock_path

    return run_lock_path(sqlite_file(settings))


def _ports(settings: Settings) -> Iterator[tuple[str, str, int]]:
    """List the ports that are listened at, by their settings."""
    if settings.health.port:
        yield "health.port", settings.health.host, settings.health.port
    if settings.webhook.is_on:
        yield "webhook.port", settings.webhook.host, settings.webhook.port


@contextmanager
def _sole_port(setting: str, host: str, port: int) -> Iterator[None]:
    taken = (
        f"{setting}: another Interlude on this machine listens at {host}, port {port}; each "
        "practice needs a port of its own, and so does each run of one"
    )
    with _sole_name(f"{host}\0{port}", taken):
        yield


@contextmanager
def _sole_bot(settings: Settings) -> Iterator[None]:
    taken = (
        "telegram.token: another practice on this machine runs with this bot; each "
        "needs a bot of its own, or they would take each other's messages"
    )
    of_bot = f"{settings.telegram.api_url}\0{settings.telegram.token.get_secret_value()}"
    with _sole_name(of_bot, taken):
        yield


@contextmanager
def _sole_name(what: str, taken: str) -> Iterator[None]:
    """Hold a name that is made from ``what`` and ends with the process, whichever user it has.
    AlreadyRunning: another process has it, which ``taken`` says.

    Only Linux knows such names; elsewhere what comes next, Telegram or the port, refuses the
    second.
    """
    from storage.errors import AlreadyRunning

    name = f"\0interlude-{hashlib.sha256(what.encode()).hexdigest()[:32]}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mark:
        try:
            mark.bind(name)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise AlreadyRunning(taken) from error
        yield
