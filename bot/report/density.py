"""The density of a digest, so that it stays a screen or two for any caseload.

Used by the modules beside it. It must never leave a client out: what a denser form does not say is
named, and opens on demand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.digest.section import QUOTED_UP_TO

LINES = 3
"""The lines of a client's block at most."""
MOST_WORDS = 450
"""A phone screen or two, read in two minutes; 25 clients are to fit."""


@dataclass(frozen=True, slots=True)
class Density:
    """One way of writing a digest."""

    quoted: int | None
    """The characters of a client's text that are quoted; None: all of them."""
    on_top: Literal["full", "short", "names"] = "full"
    """The form of the entries on top: all that was said, with a way in; two lines each; names."""
    lines: int = LINES
    """The lines of each client's block; none: these clients are only named."""
    words: int = MOST_WORDS
    """The words that a digest written in this way may have."""
    named: int | None = None
    """The names that a list of names says before it counts the others; None: all of them."""

    @property
    def names_only(self) -> bool:
        """True where the clients that have a block are only named."""
        return not self.lines

    @property
    def surely_quoted(self) -> int | None:
        """The characters of any client's text that are shown, wherever it stands; None: all."""
        return self.quoted if self.lines == LINES and self.on_top == "full" else 0


UNCUT = Density(None)
DENSITIES = (
    Density(QUOTED_UP_TO),
    Density(120),
    Density(80),
    Density(60),
    Density(60, lines=2),
    Density(40, lines=2),
    Density(40, lines=1),
    Density(60, lines=0),
    Density(60, lines=0, named=20),
    Density(40, on_top="short", lines=0, named=20),
    Density(40, on_top="names", lines=0, named=20),
)
"""From the loosest to the densest; the first that fits is taken."""
ON_DEMAND = Density(120)
"""The blocks of a digest that had only named them."""
BRIEF = (Density(QUOTED_UP_TO, words=150), *(way for way in DENSITIES if not way.lines))
"""The same for a digest whose predecessor waits unread: shorter, not louder, where it is long."""
