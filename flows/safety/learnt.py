"""All that was learnt from the examples, as one small file that comes with Interlude.

``learnt.npz`` holds a vector for each example and sentence, in bytes, what each weighs, what pieces
of letters weigh, and how the votes and the rules are added up. ``interlude safety learn`` writes it
anew after the examples or the rules have changed; a file of others is not used.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.safety.encoder import Vectors
from flows.safety.risk import Risk
from flows.safety.vote import Voters

FILE = "learnt.npz"
EXPLICIT, LIKELY, LIKELY_BY_RULE = 2.0, 1.3, 0.2
MAYBE, MAYBE_BY_LENGTH = 0.0, 0.15
"""Chosen on texts of hands held out in turn, so that a card comes to about one of 200 diary answers
and a quiet line to three of 100."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The voters, and how their vote and the clues of the rules are added up."""

    voters: Voters
    letters: Vectors
    """The weight of each piece of letters."""
    factors: tuple[float, ...]
    """One for each number of the vote, one for each clue, and one alone."""
    fingerprint: str

    def score(self, numbers: Sequence[float], clues: Sequence[float]) -> float:
        """Add up how much speaks for a crisis; rounded, so that machines agree on it."""
        values = (*numbers, *clues, 1.0)
        return round(math.fsum(a * b for a, b in zip(self.factors, values, strict=True)), 3)

    def risk(self, score: float, length: float, *, by_rule: bool, is_tiny: bool) -> Risk:
        """Return what a score comes to; ``length`` is the logarithm of the number of sentences.

        ``by_rule``: a rule says it outright, which alone may make it explicit. ``is_tiny``: one or
        two words, which the encoder knows too little of to speak alone.
        """
        if by_rule and score >= EXPLICIT:
            return "explicit"
        if is_tiny and not by_rule:
            return "none"
        if score >= (LIKELY_BY_RULE if by_rule else LIKELY):
            return "likely"
        return "maybe" if score >= MAYBE + MAYBE_BY_LENGTH * length else "none"


def fingerprint() -> str:
    """Hash the files of examples and of rules, without parsing them."""
    digest = hashlib.sha256()
    for name in ("examples", "rules"):
        folder = importlib.resources.files("flows.safety").joinpath(name)
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.name.endswith(".toml"):
                digest.update(f"{name}/{file.name}\0{file.read_text('utf-8')}\0".encode())
    return digest.hexdigest()


def as_bytes(learnt: Learnt) -> bytes:
    """The learnt file."""
    file = io.BytesIO()
    vectors, scale = _in_bytes(learnt.voters.vectors)
    axes, axes_scale = _in_bytes(learnt.voters.axes)
    letters, letters_scale = _in_bytes(learnt.letters[None, :])
    np.savez_compressed(
        file,
        vectors=vectors,
        scale=scale,
        weights=learnt.voters.weights,
        ids=np.array(learnt.voters.ids),
        axes=axes,
        axes_scale=axes_scale,
        letters=letters,
        letters_scale=letters_scale,
        factors=np.array(learnt.factors),
        fingerprint=np.array(learnt.fingerprint),
    )
    return file.getvalue()


def from_bytes(content: bytes) -> Learnt:
    """Read what a learnt file holds."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        voters = Voters(
            _from_bytes(file["vectors"], file["scale"]),
            file["weights"],
            tuple(str(one) for one in file["ids"]),
            _from_bytes(file["axes"], file["axes_scale"]),
        )
        letters = _from_bytes(file["letters"], file["letters_scale"])[0]
        factors = tuple(float(one) for one in file["factors"])
        return Learnt(voters, letters, factors, str(file["fingerprint"]))


def shipped_learnt() -> Learnt:
    """Read what was learnt from the examples that come with Interlude."""
    return from_bytes(importlib.resources.files("flows.safety").joinpath(FILE).read_bytes())


def _in_bytes(rows: Vectors) -> tuple[NDArray[np.int8], Vectors]:
    """Numbers in bytes, and for each row how much one of its steps is."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-9).astype(np.float32) / np.float32(127)
    return np.rint(rows / scale[:, None]).astype(np.int8), scale


def _from_bytes(rows: NDArray[np.int8], scale: Vectors) -> Vectors:
    return rows.astype(np.float32) * scale[:, None]
