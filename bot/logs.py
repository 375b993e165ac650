"""Logging: event names and ids, never what a person wrote, never a name, never a token.

Set up by the command line before anything else runs. Exceptions are logged by kind and place: their
text may hold what must not be logged.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Literal

import structlog

SILENCED = ("httpx", "httpcore", "telegram", "apscheduler", "aiosqlite", "asyncio", "uvicorn")
"""httpx writes the token into its lines, telegram whole updates, asyncio what a task raised."""
ROOT = Path(__file__).parent.parent


def set_up(level: str, form: Literal["text", "json"]) -> None:
    """Write our own events to stderr in the given form; libraries are silent."""
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def trouble(error: BaseException) -> dict[str, str]:
    """An exception as far as it may be logged: its kind, and where in our code it was raised."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT)
    ]
    place = f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else "outside"
    return {"error": type(error).__name__, "at": place}
