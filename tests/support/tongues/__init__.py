"""Languages of a test folder, spoken for the length of one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.languages import registry
from flows.languages.tongue import Tongue

FRENCH = Path(__file__).with_name("fr.toml")


@contextmanager
def only_spoken(*codes: str) -> Iterator[None]:
    """No other languages are there until the end, whatever has been added to Interlude."""
    before = dict(registry._tongues)
    try:
        _replace({code: before[code] for code in codes})
        yield
    finally:
        _replace(before)


@contextmanager
def also_spoken(file: Path = FRENCH) -> Iterator[Tongue]:
    """The language of that file is one more until the end."""
    before = dict(registry._tongues)
    try:
        yield registry.admit(file.read_text("utf-8"))
    finally:
        _replace(before)


def _replace(tongues: dict[str, Tongue]) -> None:
    registry._tongues.clear()
    registry._tongues.update(tongues)
    for kept in (registry._in_order, registry._forms, registry._typed):
        kept.cache_clear()
