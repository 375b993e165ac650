"""A place for the problems that a check finds. ``flows.script.sheet`` is the one that is used."""

from __future__ import annotations

from typing import Protocol

Loc = tuple[int | str, ...]
"""The way to a value from the top of the file: ``("schedule", "remind", 0)``."""


class Report(Protocol):
    """Takes problems by the place in the file that they stand at."""

    def at_key(self, code: str, loc: Loc, message: str, hint: str) -> None:
        """Adds a problem that stands at the key of ``loc``."""

    def at_value(self, code: str, loc: Loc, message: str, hint: str) -> None:
        """Adds a problem that stands at the value of ``loc``, or at its nearest parent."""
