"""The letters of a sentence in small pieces: they tell slang, haste and dialect to the screen.

Runs of one to three words and of two to five letters are counted under a number, their checksum;
what each number speaks for is learnt from the examples (``learning``). Used by ``vote``; only where
there is an encoder, for it needs numpy. No table of what was seen is kept: a number is all there
is of a client's words, and only while a verdict is made.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.safety.encoder import Vectors
from flows.safety.spelling import END, words_of

SIZE = 1 << 17
LONGEST_RUN = 3
SHORTEST_PIECE, LONGEST_PIECE = 2, 5


@dataclass(frozen=True, slots=True)
class Grams:
    """The numbers of the pieces of a sentence, and how much each counts in it."""

    places: NDArray[np.int64]
    counts: Vectors

    def weighed(self, weights: Vectors) -> float:
        """Adds up what these pieces weigh; ``weights`` has ``SIZE`` of them."""
        return float(weights[self.places] @ self.counts)


def grams_of(sentence: str) -> Grams:
    """Counts the pieces of a tidied sentence. Words and letters count alike, at any length."""
    words = [word for word in words_of(sentence) if word != END]
    runs = Counter(
        f"w{' '.join(words[at : at + length])}"
        for length in range(1, LONGEST_RUN + 1)
        for at in range(len(words) - length + 1)
    )
    pieces = Counter(
        f"c{padded[at : at + length]}"
        for padded in (f" {word} " for word in words)
        for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for at in range(len(padded) - length + 1)
    )
    places = [zlib.crc32(piece.encode()) % SIZE for part in (runs, pieces) for piece in part]
    counts = [_even(part) for part in (runs, pieces) if part]
    return Grams(
        np.array(places, np.int64),
        np.concatenate(counts) if counts else np.zeros(0, np.float32),
    )


def _even(part: Counter[str]) -> Vectors:
    """The counts on a scale of logarithms, brought to length one."""
    counts = 1 + np.log(np.array(list(part.values()), np.float32))
    even: Vectors = (counts / np.linalg.norm(counts)).astype(np.float32)
    return even
