"""The one thing the screen needs to know of an encoder: it makes texts into vectors.

An encoder is handed in by ``bot``; nothing here knows which one it is. Without one the screen
works by its rules alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]


class Encoder(Protocol):
    """Makes texts into vectors of length one; texts that mean alike come to lie close."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        ...
