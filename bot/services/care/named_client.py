"""Finds the client whom a therapist names at the beginning of what stands behind a command."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.care.inviting import MAX_ALIAS
from bot.services.work.unit_of_work import Work
from storage import cares
from storage.cares import Care
from storage.people import Person


def read(
    work: Work, therapist: Person, rest: str, *, states: Sequence[cares.State] = cares.LIVING
) -> tuple[Care | None, str]:
    """The longest beginning that names a client of the therapist's, and what is left of it."""
    words = rest.split()
    for count in range(min(len(words), MAX_ALIAS), 0, -1):
        named = " ".join(words[:count])
        care = cares.find_for_therapist(work.tx, therapist.id, named, states=states)
        if care is not None:
            return care, rest.split(None, count)[count] if len(words) > count else ""
    return None, rest
