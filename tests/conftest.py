"""The order and the place of the tests: those that mostly wait for processes stand among those that
reckon, and their files lie in memory where there is room.

Several processes share the tests, each a stretch of them. In one stretch the waiting would be done
by one process alone, at the end while the others have nothing left.
"""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
import structlog

from tests.support import spared

WAITING = Path(__file__).parent / "crash"

OURS = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Unless somebody chose a place. Of several processes only the first chooses."""
    if config.option.basetemp is None and not hasattr(config, "workerinput"):
        folder = spared.folder_in_memory()
        if folder is not None:
            config.stash[OURS] = config.option.basetemp = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """Memory is given back; what a failed test left can be looked at with ``--basetemp``."""
    if OURS in config.stash:
        shutil.rmtree(config.stash[OURS], ignore_errors=True)


def pytest_collection_finish() -> None:
    """All that the tests import is there."""
    spared.collect_seldom()


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """What ``bot.logs.set_up`` changed for the whole process is put back: a command that a test
    called in this process would silence the lines that another test waits for.
    """
    hooks, kept = (sys.excepthook, sys.unraisablehook), structlog.get_config()
    handlers = list(logging.root.handlers)
    yield
    if structlog.get_config() != kept:
        sys.excepthook, sys.unraisablehook = hooks
        structlog.configure(**kept)
        logging.root.handlers[:] = handlers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files stay whole: what a file's tests share is made once."""
    files = [list(found) for _, found in groupby(items, key=lambda item: item.path)]
    waiting = [file for file in files if file[0].path.is_relative_to(WAITING)]
    others = [file for file in files if not file[0].path.is_relative_to(WAITING)]
    apart = sum(map(len, others)) / (len(waiting) + 1)
    spread: list[pytest.Item] = []
    placed = passed = 0
    for file in others:
        spread += file
        passed += len(file)
        if placed < len(waiting) and passed >= apart * (placed + 1):
            spread += waiting[placed]
            placed += 1
    items[:] = [*spread, *(item for file in waiting[placed:] for item in file)]
