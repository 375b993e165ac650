"""Things shared by commands: settings or a clear refusal, a store, an exit that says what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from bot.clock import SystemClock
from bot.config import ConfigProblem, Settings, load_settings

if TYPE_CHECKING:
    from bot.services.work.unit_of_work import Work
    from storage.store import Store, Tx

T = TypeVar("T")

PROBLEMS_FOUND = 1
CANNOT_START = 2


def refuse(lines: Iterable[object]) -> NoReturn:
    """Say on stderr what stands in the way, one line each, and exit with 2."""
    for line in lines:
        click.echo(str(line), err=True)
    sys.exit(CANNOT_START)


def somebody_is_there() -> bool:
    """True where a person sits at a terminal, and can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def settings_or_exit(config: Path | None) -> Settings:
    """The settings, and logs as they say; with any mistake in them, all are listed and the command
    ends with 2.
    """
    from bot.logs import set_up

    settings = bench_settings(config)
    set_up(settings.log.level, settings.log.format)
    return settings


def bench_settings(config: Path | None) -> Settings:
    """The same for commands that read flow files only: no database, so no client's words, no log.

    Without the logs' library they answer a fifth of a second sooner.
    """
    found = load_settings(config, os.environ)
    if not isinstance(found, Settings):
        refuse(found)
    return found


def sqlite_file(settings: Settings) -> Path:
    """The database file, for what is done with SQLite only. ValueError: it lies on a server."""
    if settings.database.file is None:
        raise ValueError("the database lies on a server")
    return settings.database.file


def needs_or_exit(problems: tuple[ConfigProblem, ...]) -> None:
    """End with 2 where the command lacks what it needs."""
    if problems:
        refuse(problems)


def with_store(settings: Settings, use: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    """Open the database, use it, close it. What is wrong with it ends the command with 2."""
    from bot.app import open_store

    async def work() -> T:
        async with open_store(settings) as store:
            done = await use(store)
            await _keep_log(store, settings)
            return done

    return run_or_exit(work())


async def _keep_log(store: Store, settings: Settings) -> None:
    """The log beside the backups knows what the command did; where it cannot be written now, the
    bot does it later.
    """
    from bot.workers.backing_up import keep_log
    from storage.age_files import BackupProblem

    try:
        await keep_log(store, settings, CLOCK.now())
    except BackupProblem as problem:
        click.echo(str(problem), err=True)


def work_in(settings: Settings, tx: Tx, *, username: str = "", origin: str = "cli") -> Work:
    """The services' unit of work in this transaction. ``username`` is the bot's where links are
    made; what is said is told apart by ``origin``.
    """
    from bot.app import practice_of
    from bot.ids import SystemIds
    from bot.services.work.unit_of_work import Work

    return Work(tx, practice_of(settings, SystemIds(), username), CLOCK.now(), origin)


def run_or_exit(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; trouble with the database or its key ends the command with 2."""
    import asyncio  # late, as most commands of an author need none of it

    from storage.engine import EngineTrouble
    from storage.errors import StorageError
    from storage.meanings import meaning

    try:
        return asyncio.run(work)
    except StorageError as error:
        refuse([error])
    except BrokenPipeError:
        raise  # whoever read our output has gone, which click deals with
    except OSError as error:
        why = error.strerror or type(error).__name__
        refuse([f"database.url: the database cannot be reached ({why}); check that it is there"])
    except EngineTrouble as error:
        means = meaning(error)
        if means is None:
            raise
        refuse([f"database.url: {means}"])


CLOCK = SystemClock()
"""The only clock of the command line; the demo makes one of its own."""


async def username_or_exit(settings: Settings) -> str:
    """The bot's own name, of which links are made; else it ends with why it cannot be had."""
    from bot.app import TelegramAwayError, TokenRefusedError, username_of
    from bot.cli.run import REFUSED

    try:
        return await username_of(settings)
    except TokenRefusedError:
        refuse([REFUSED])
    except TelegramAwayError:
        refuse([f"{settings.telegram.api_url}: Telegram cannot be reached; try again later"])
