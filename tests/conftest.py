"""The order of the tests: those that mostly wait for processes stand among those that reckon.

Several processes share the tests, each a stretch of them. In one stretch the waiting would be done
by one process alone, at the end while the others have nothing left.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

WAITING = Path(__file__).parent / "crash"


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
