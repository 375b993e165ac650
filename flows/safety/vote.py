"""The vote of the examples: how much a text is like those of a crisis, and unlike the others.

Each example votes by how close it lies to the text and by the weight that it has learnt; beside
them stands what the letters of the text weigh (``grams``). A long text is looked at as a whole and
sentence by sentence, so that talk around a sentence does not drown it. Used by ``screening`` and
``learning``; only where there is an encoder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flows.safety.encoder import Encoder, Vectors
from flows.safety.grams import Grams, grams_of
from flows.safety.spelling import sentences_of, tidied

STEEPNESS = 2.0
MOST_SENTENCES = 40
"""A longer text is looked at by its beginning and its end: a verdict is quick, always."""
_FEW = 3
_NEAREST = 3
_LOUDEST = 12


@dataclass(frozen=True, slots=True)
class Parts:
    """A text in numbers: all of it, and each of its sentences where there are several."""

    whole: Vectors
    sentences: Vectors
    grams: tuple[Grams, ...]
    """Of each sentence; of the whole where it is one."""

    @property
    def rows(self) -> Vectors:
        """Whole and sentences, one below the other."""
        return np.vstack([self.whole[None, :], self.sentences])


@dataclass(frozen=True, slots=True)
class Vote:
    """The examples' vote on a text, and which three spoke loudest for a crisis."""

    whole: float
    top: float
    second: float
    length: float
    """The logarithm of the number of sentences."""
    letters: float
    """The weight of the letters in the sentence that says most."""
    letters_second: float
    nearest: tuple[str, ...]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers in the order in which they are added up."""
        return (
            self.whole,
            self.top,
            self.second,
            self.length,
            self.letters,
            self.letters_second,
        )


@dataclass(frozen=True, slots=True)
class Voters:
    """Vectors of examples, what each weighs, and the ids of the examples they belong to."""

    vectors: Vectors
    weights: Vectors
    ids: tuple[str, ...]
    axes: Vectors
    """The directions along which vectors are compared, one a column."""
    steepness: float = STEEPNESS

    def close(self, rows: Vectors) -> Vectors:
        """Measure how close each row lies to each example: one where they are the same."""
        return closeness(along(rows, self.axes), self.vectors, self.steepness)


def voted(parties: Sequence[Voters], letters: Vectors, parts: Parts) -> Vote:
    """The vote of all of these on a text, and what its letters weigh."""
    close = [voters.close(parts.rows) for voters in parties]
    scores = np.sum(
        [near @ voters.weights for near, voters in zip(close, parties, strict=True)], axis=0
    )
    strongest = int(np.argmax(scores))
    pulls = np.concatenate(
        [near[strongest] * voters.weights for near, voters in zip(close, parties, strict=True)]
    )
    ids = [id_ for voters in parties for id_ in voters.ids]
    loud = np.argpartition(-pulls, min(_LOUDEST, len(pulls) - 1))[:_LOUDEST]
    loudest = sorted(loud.tolist(), key=lambda place: (-pulls[place], place))
    nearest = dict.fromkeys(ids[place] for place in loudest if pulls[place] > 0)
    said = sorted((grams.weighed(letters) for grams in parts.grams), reverse=True)
    return Vote(
        whole=float(scores[0]),
        top=float(scores[strongest]),
        second=float(np.sort(scores[1:])[-2]) if len(scores) > 2 else 0.0,
        length=math.log(max(len(parts.sentences), 1)),
        letters=said[0],
        letters_second=said[1] if len(said) > 1 else 0.0,
        nearest=tuple(nearest)[:_NEAREST],
    )


def along(rows: Vectors, axes: Vectors) -> Vectors:
    """The rows as seen along these axes, of length one again."""
    seen = rows @ axes
    even: Vectors = seen / np.linalg.norm(seen, axis=1, keepdims=True)
    return even


def closeness(these: Vectors, those: Vectors, steepness: float = STEEPNESS) -> Vectors:
    """Measure how close each of these vectors lies to each of those: one where they are equal."""
    close = these @ those.T
    close -= np.float32(1.0)
    close *= np.float32(steepness)
    near: Vectors = np.exp(close, out=close)
    return near


def parts_of(texts: Sequence[str], encoder: Encoder) -> list[Parts]:
    """Each text in numbers; all of them are encoded in one go."""
    plain = [tidied(text) for text in texts]
    sentences = [_looked_at(sentences_of(text)) for text in plain]
    asked: list[str] = []
    for text, parts in zip(plain, sentences, strict=True):
        asked += [text] if len(parts) <= _FEW else []
        asked += parts if len(parts) > 1 else []
    vectors = encoder.encode(asked) if asked else np.zeros((0, 1), np.float32)
    found = []
    at = 0
    for text, parts in zip(plain, sentences, strict=True):
        own = at + (len(parts) <= _FEW)
        end = own + (len(parts) if len(parts) > 1 else 0)
        whole = vectors[at] if len(parts) <= _FEW else _middle(vectors[own:end])
        said = parts if len(parts) > 1 else (text,)
        found.append(Parts(whole, vectors[own:end], tuple(grams_of(one) for one in said)))
        at = end
    return found


def _looked_at(sentences: tuple[str, ...]) -> tuple[str, ...]:
    if len(sentences) <= MOST_SENTENCES:
        return sentences
    half = MOST_SENTENCES // 2
    return sentences[:half] + sentences[-half:]


def _middle(vectors: Vectors) -> Vectors:
    """Return the vector that stands for many sentences as a whole: their mean, of length one."""
    mean = vectors.mean(axis=0)
    whole: Vectors = mean / np.linalg.norm(mean)
    return whole
