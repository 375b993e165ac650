"""A mistake in the settings as a value, and the guess at what was meant.

Used by the rest of ``bot.config`` and by whoever prints what it found. A problem must never hold
the value of a secret.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One mistake: where it stands, what is wrong, and what to do instead; one line as text.

    ``where`` is ``file:line``, a path, the name of an environment variable, or that of a setting.
    """

    where: str
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.advice}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of ``known`` that ``word`` was probably meant to be, or None."""
    lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return lower[found[0]] if found else None
