"""A bot that is forked from a process which has imported the code already: it starts ten times
sooner. The sandbox beside it, too.

Used wherever a test needs a process. What is forked is the command itself with its own memory,
files and signals; only reading the modules is saved. It must never be used where the start itself
is what is tested.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from tests.crash import tracing

PRELOADED = [
    "anyio._backends._asyncio",
    "tests.crash.tracing",
    "tests.crash.warmed",
    "tests.crash.forked",
    "bot.cli.run",
    "bot.app",
    "bot.running",
    "storage.migrate",
    "bot.sandbox.__main__",
]


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def typed(folder: Path, words: tuple[str, ...]) -> None:
    """Type ``interlude`` with these words in ``folder``. SystemExit, with the code that a shell
    would see: it did not go well.
    """
    from bot.cli.main import main

    try:
        main(["--config", str(folder / "config.toml"), *words], prog_name="interlude")
    except SystemExit as ended:
        if ended.code:
            raise


RUNS = partial(typed, words=("run",))


def served(_folder: Path, words: tuple[str, ...]) -> None:
    """Be the sandbox that is started with these words."""
    from bot.sandbox.__main__ import main

    main(words)


class Forked:
    """One such process, as far as ``Bot`` needs a ``subprocess.Popen``.

    ``does`` is what it does in its folder. ``dies_before`` and ``record_in``: it is traced, as
    ``tracing`` has it. A ``count`` beside its log says how many deadly calls it made. ``errors``:
    where its errors go, if not to the log.
    """

    def __init__(
        self,
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
        *,
        does: Callable[[Path], None] = RUNS,
        dies_before: int | None = None,
        deadly: tuple[str, ...] = tracing.DEADLY,
        record_in: Path | None = None,
        errors: Path | None = None,
    ) -> None:
        """Fork it; it writes to ``log``."""
        live = partial(_live, folder, (log, errors or log), dict(environment), does)
        told = (live, log, dies_before, deadly, record_in)
        self._process: Any = _context().Process(target=_begin, args=told, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return int(self._process.pid)

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def poll(self) -> int | None:
        """The exit code; None while it lives."""
        code: int | None = self._process.exitcode
        return code

    def wait(self, timeout: float | None = None) -> int:
        """The exit code once it has ended; TimeoutExpired as ``subprocess`` has it."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("interlude run", timeout or 0.0)
        return code


def _begin(
    live: Callable[[], None],
    log: Path,
    dies_before: int | None,
    deadly: tuple[str, ...],
    record_in: Path | None,
) -> None:
    """Live in this process, or trace a child that does."""
    if dies_before is not None:
        count = log.with_name("count")
        sys.exit(_as_exit(tracing.die_before(dies_before, live, count, deadly)))
    if record_in is not None:
        sys.exit(_as_exit(tracing.record(live, record_in)))
    live()


def _as_exit(code: int) -> int:
    """An exit code as shells have it: 128 and the signal, where one ended the child."""
    return code if code >= 0 else 128 - code


def _live(
    folder: Path,
    logs: tuple[Path, Path],
    environment: dict[str, str],
    does: Callable[[Path], None],
) -> None:
    """Do it in ``folder``, with nothing of this process but its code."""
    for stream, log in zip((1, 2), logs, strict=True):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    does(folder)
