"""Chance that can be replayed: numbers drawn from a hash of a seed and of what they are for.

Used by random check-in times; the engine may use it for its own draws. It never keeps a state, so
planning tomorrow alone draws what planning the whole week drew.
"""

from __future__ import annotations

from hashlib import sha256

_WHOLE = 1 << 64


def fraction(seed: int, *purpose: object) -> float:
    """A number from 0 up to, not including, 1; always the same for this seed and purpose."""
    named = "\x1f".join(map(str, (seed, *purpose)))
    drawn = int.from_bytes(sha256(named.encode()).digest()[:8])
    # 53 bits are what a float holds: more would round up to 1
    return (drawn >> 11) / (_WHOLE >> 11)
