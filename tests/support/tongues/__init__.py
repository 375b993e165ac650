"""Languages of a test folder, spoken for the length of one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.languages import registry
from flows.languages.tongue import Tongue

FRENCH = Path(__file__).with_name("fr.toml")


@contextmanager
def also_spoken(file: Path = FRENCH) -> Iterator[Tongue]:
    """The language of that file is one more until the end."""
    before = dict(registry._tongues)
    try:
        yield registry.admit(file.read_text("utf-8"))
    finally:
        registry._tongues.clear()
        registry._tongues.update(before)
