"""The faults that no test noticed, as they are kept: one a line, and never more than are allowed.

Used by ``python -m tests.mutants`` and by the test that holds the list to the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "survivors.txt"
MOST = "# at most "
OPEN, EQUIVALENT = "open", "equivalent: "


@dataclass(frozen=True, slots=True)
class Survivor:
    """``state``: open, or equivalent with the reason why nobody could see the fault."""

    file: str
    function: str
    name: str
    state: str

    @property
    def is_open(self) -> bool:
        """True for one that a test could notice."""
        return self.state == OPEN


def allowed(text: str) -> int:
    """How many there may be; whoever gets one noticed makes the number smaller."""
    first = text.split("\n", 1)[0]
    if not first.startswith(MOST):
        raise ValueError(f"the first line says how many there may be: {first}")
    return int(first.removeprefix(MOST))


def survivors(text: str) -> list[Survivor]:
    """The survivors of a list. ValueError: a line of it is none."""
    found = []
    for line in text.splitlines()[1:]:
        # what was and what is may hold a bar of their own, as types do
        parts = [*line.split(" | ", 2)[:2], *"".join(line.split(" | ", 2)[2:]).rsplit(" | ", 1)]
        if len(parts) != 4 or not (parts[3] == OPEN or parts[3].startswith(EQUIVALENT)):
            raise ValueError(f"file | function | was -> is | open, or equivalent: why: {line}")
        found.append(Survivor(*parts))
    return found
