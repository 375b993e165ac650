"""The paths that CONTRIBUTING.md tells people to open or to run are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
NAMED = re.findall(r"`([\w./-]+/[\w./<>-]*)`", PAGE)
RUN = re.findall(r"pytest ((?:tests/[\w./]+ ?)+)", PAGE)


def place(named: str) -> Path:
    """The path, up to the part that its reader fills in."""
    whole = Path(named)
    return whole.parent if "<" in whole.name else whole


@pytest.mark.parametrize("named", sorted(set(NAMED)))
def test_a_path_is_there(named: str) -> None:
    if not named.startswith((".venv", "/")):
        assert (ROOT / place(named)).exists()


@pytest.mark.parametrize("named", sorted({path for line in RUN for path in line.split()}))
def test_the_tests_to_run_are_there(named: str) -> None:
    assert (ROOT / named).exists()


def test_enough_was_found_to_be_worth_it() -> None:
    assert len(NAMED) > 20 and len(RUN) > 5
