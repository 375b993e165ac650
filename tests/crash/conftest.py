"""A sandbox in a process of its own, and a bot that nobody forgets to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.world import Bot, FarEnd, far_end


@pytest.fixture
def other_side() -> Iterator[FarEnd]:
    with far_end() as running:
        yield running


@pytest.fixture
def bot(tmp_path: Path, other_side: FarEnd) -> Iterator[Bot]:
    """Not started yet; its folder needs settings and a database."""
    made = Bot(tmp_path, other_side)
    yield made
    made.close()
