"""Reads the codebook: what each table and each field of a copy means. Used by ``copying``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("codebook.toml")


@cache
def codebook() -> dict[str, dict[str, str]]:
    """The meaning of ``tables`` and ``fields``, by name."""
    read: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text("utf-8"))
    return read
