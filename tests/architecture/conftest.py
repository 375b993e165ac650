"""The source files of the three packages, parsed once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module of bot, flows and storage, by its path in the repository."""
    files = [file for top in ("bot", "flows", "storage") for file in (ROOT / top).rglob("*.py")]
    return {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text("utf-8"))
        for file in sorted(files)
    }
