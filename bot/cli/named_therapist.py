"""The therapist whom somebody names at the command line, by code.

Used by the commands that are about one therapist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.store import Tx

if TYPE_CHECKING:
    from storage.people import Person


def therapist_of(tx: Tx, code: str) -> Person | str:
    """The therapist with this code, or a line that says that there is none."""
    from storage import people

    found = people.find_by_code(tx, code)
    if found is None or found.role != "therapist":
        return f"{code}: there is no therapist with this code; `interlude people list` shows them"
    return found
