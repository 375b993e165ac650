"""The order and the place of the tests: those that mostly wait for processes stand among those that
reckon, and their files lie in memory where there is room.

Several processes share the tests, each a stretch of them. In one stretch the waiting would be done
by one process alone, at the end while the others have nothing left.
"""

from __future__ import annotations

import shutil
from itertools import groupby
from pathlib import Path

import pytest

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
