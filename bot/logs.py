"""Logging: event names and ids, never what a person wrote, never a name, never a token.

Set up by the command line before anything else runs. Exceptions are logged by kind and place: their
text may hold what must not be logged. That goes for libraries, for what nobody caught and for what
the event loop finds in a forgotten task, too.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Literal

import structlog

from storage.meanings import meaning

SILENCED = ("httpx", "httpcore", "telegram", "apscheduler", "aiosqlite", "uvicorn")
"""httpx writes the token into its lines, telegram whole updates; the others only repeat us."""
ROOT = Path(__file__).parent.parent

log = structlog.get_logger(__name__)


def set_up(level: str, form: Literal["text", "json"]) -> None:
    """Write our own events to stderr in the given form; of anybody else's only that there was one.

    A second call replaces the first.
    """
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.basicConfig(handlers=[_Foreign(logging.WARNING)], force=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: _ToStderr(),
        cache_logger_on_first_use=False,
    )


def trouble(error: BaseException) -> dict[str, str]:
    """An exception as far as it may be logged: its kind, where in our code it was raised, and what
    it means where that is known.
    """
    ours = _our_places(error)
    means = meaning(error)
    known = {} if means is None else {"means": means}
    return {"error": type(error).__name__, "at": ours[-1] if ours else "outside", **known}


def _our_places(error: BaseException) -> list[str]:
    """Return where it passed through our code, outermost first."""
    return [
        f"{Path(frame.filename).relative_to(ROOT)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename
    ]


class _ToStderr:
    """Writes lines to stderr. Where that takes none (its disk is full, its reader has gone) the bot
    goes on without: what people write must not wait for a log. Once it takes them again, a line
    says how many it had not taken.
    """

    not_taken = 0

    def msg(self, message: str) -> None:
        """One line, if there is room for it."""
        try:
            sys.stderr.write(f"{message}\n")
            sys.stderr.flush()
        except OSError:
            _ToStderr.not_taken += 1
            return
        missed, _ToStderr.not_taken = _ToStderr.not_taken, 0
        if missed:
            log.warning("lines_not_written", lines=missed)

    debug = info = warning = error = critical = msg


class _Foreign(logging.Handler):
    """Says that a library had something to say: its words may be a client's."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        about = {} if error is None else trouble(error)
        log.warning("library", logger=record.name, severity=record.levelname, **about)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last line of a command that failed: kind and way, without the words."""
    if issubclass(kind, KeyboardInterrupt):
        return
    way = " > ".join(_our_places(error.with_traceback(trace))) or "outside"
    sys.stderr.write(f"interlude failed: {kind.__name__} at {way}; please report this line\n")


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    log.error("unraisable", error=found.exc_type.__name__)
