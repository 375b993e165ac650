"""Chance that can be replayed: a hash of a seed and of what it is for, on any machine the same.

Used by random check-in times and by the engine. It keeps no state, so planning tomorrow alone draws
what planning the whole week drew. It must never depend on Python's ``random``, whose sequences may
change.
"""

from __future__ import annotations

from hashlib import sha256


def number(seed: int, slot: str, below: int) -> int:
    """A whole number from 0 to ``below`` - 1, evenly drawn (the bias is under 2^-40)."""
    digest = sha256(f"{seed}/{slot}".encode()).digest()
    return int.from_bytes(digest[:16], "big") % below


def order(seed: int, slot: str, count: int) -> tuple[int, ...]:
    """The places 0 to ``count`` - 1 in a drawn order (Fisher-Yates)."""
    places = list(range(count))
    for last in range(count - 1, 0, -1):
        other = number(seed, f"{slot}/{last}", last + 1)
        places[last], places[other] = places[other], places[last]
    return tuple(places)
