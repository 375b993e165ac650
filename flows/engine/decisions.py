"""One condition on the way through a check-in: what it decided, and what it looked at.

Recorded by ``walk`` for whoever asks why a check-in went as it did; worded for an author elsewhere.
It must never be kept: it holds what a client answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from flows.authoring.words import Condition
from flows.kinds.kind import Value

About = Literal["ask", "reply", "jump", "again"]
"""The things that a condition decides: whether a step comes, which reply is said, where it goes on,
whether a block comes once more.
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """A condition as it was decided where the way met it."""

    about: About
    of: str
    """The id of the step; of the block where it is about coming again."""
    condition: Condition = field(repr=False)
    held: bool
    seen: tuple[tuple[str, Value | None], ...] = field(repr=False)
    """The answers that it could see of the names in it: None where declined, absent where there was
    none.
    """
    leads_to: str | None = None
    """The place to which a jump leads."""
