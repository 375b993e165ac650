"""Codes, tokens and seeds: from the machine's entropy, or from a seed for the demo and the
tests.
"""

from __future__ import annotations

import base64
import random
import secrets

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1, which are misread aloud."""


class SystemIds:
    """The codes, tokens and seeds that production uses."""

    def code(self) -> str:
        return "".join(secrets.choice(CODE_ALPHABET) for _ in range(4))

    def token(self) -> str:
        return secrets.token_urlsafe(16)

    def seed(self) -> int:
        return secrets.randbelow(2**31)


class SeededIds:
    """The same for every run with one seed. Never for production: its tokens can be guessed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def code(self) -> str:
        return "".join(self._random.choice(CODE_ALPHABET) for _ in range(4))

    def token(self) -> str:
        return base64.urlsafe_b64encode(self._random.randbytes(16)).rstrip(b"=").decode()

    def seed(self) -> int:
        return self._random.randrange(2**31)
