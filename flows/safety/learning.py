"""Learning from examples for the screen: the weight of each in the vote, and that of letters.

Both are ridge regressions over whole texts and over the sentences of long ones, one with a kernel
over what the encoder makes of them, one over the pieces of their letters; of a text of a crisis in
several sentences only the one that says it most counts as one. Used when the learnt file is written
anew and by ``interlude safety test``; pure, and the same each time. How votes and rules are added
up is learnt from votes on texts of hands that were held out: a vote of those who learnt from a text
says nothing about it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.safety.encoder import Vectors
from flows.safety.examples import Example
from flows.safety.grams import SIZE, Grams
from flows.safety.learnt import Learnt, fingerprint
from flows.safety.rules import Rules
from flows.safety.screening import clues
from flows.safety.vote import Parts, Voters, along, closeness, voted

RIDGE = 0.3
RIDGE_OF_LETTERS = 0.3
RIDGE_OF_ADDED = 0.2
STEEPNESS_OF_ADDED = 10.0
"""An added example speaks for what lies close to it and leaves the rest as it was."""
FLOOR = -1.5
"""No clue, such as an idiom or a denial somewhere in a text, silences more than this."""
SENTENCE_OF_CALM = 0.5
SENTENCE_OF_CRISIS = 0.7
AXES = 256
"""Directions along which vectors are compared; those left out hold a twentieth of what differs."""
_LONG = 40
_ROUNDS = 2
_STEPS = 60
_ENOUGH = 1e-6


@dataclass(frozen=True, slots=True)
class Lessons:
    """Examples in numbers, with the sentence of each that says most of a crisis."""

    examples: tuple[Example, ...]
    parts: tuple[Parts, ...]
    axes: Vectors
    loudest: tuple[int, ...]

    def without(self, hand: str) -> Lessons:
        """The lessons of all other hands."""
        return self._of([one.hand != hand for one in self.examples])

    def _of(self, keep: Sequence[bool]) -> Lessons:
        places = [place for place, kept in enumerate(keep) if kept]
        return Lessons(
            tuple(self.examples[place] for place in places),
            tuple(self.parts[place] for place in places),
            self.axes,
            tuple(self.loudest[place] for place in places),
        )


def lessons_of(examples: Sequence[Example], parts: Sequence[Parts]) -> Lessons:
    """Makes lessons: learns from short texts first, and asks those in long ones which sentence
    says it.
    """
    rows = np.vstack([part.rows for part in parts])
    _, axes = np.linalg.eigh(rows.T.astype(np.float64) @ rows.astype(np.float64))
    kept: Vectors = axes[:, ::-1][:, :AXES].astype(np.float32)
    said = [0 for _ in parts]
    lessons = Lessons(tuple(examples), tuple(parts), kept, tuple(said))
    voters = learn(lessons, has_long=False)
    for _ in range(_ROUNDS):
        loudest = tuple(
            int(np.argmax(voters.close(part.sentences) @ voters.weights))
            if example.is_crisis and len(part.sentences)
            else 0
            for example, part in zip(examples, parts, strict=True)
        )
        lessons = Lessons(lessons.examples, lessons.parts, kept, loudest)
        voters = learn(lessons)
    return lessons


def learn(lessons: Lessons, *, has_long: bool = True) -> Voters:
    """The voters that these lessons make; without the long texts of a crisis if so wanted."""
    vectors, is_crisis, trust, ids = zip(
        *(
            (row, example.is_crisis, trust, example.id)
            for example, part, at in zip(
                lessons.examples, lessons.parts, lessons.loudest, strict=True
            )
            for row, trust in _kept(example, part, at, has_long=has_long)
        ),
        strict=True,
    )
    rows = along(np.array(vectors, np.float32), lessons.axes)
    weighed = _weighed(np.array(is_crisis), np.array(trust, np.float32))
    ridge: Vectors = np.float32(RIDGE) / weighed
    kernel = closeness(rows, rows)
    scale: Vectors = np.reciprocal(1 + ridge)
    weights = _conjugate(lambda x: kernel @ x + ridge * x, _wanted(is_crisis), scale)
    return Voters(rows, weights, tuple(ids), lessons.axes)


def learn_letters(lessons: Lessons) -> Vectors:
    """Learn what each piece of letters weighs."""
    grams: list[Grams] = []
    is_crisis: list[bool] = []
    for example, part, at in zip(lessons.examples, lessons.parts, lessons.loudest, strict=True):
        chosen = [part.grams[at]] if example.is_crisis else part.grams
        grams += chosen
        is_crisis += [example.is_crisis] * len(chosen)
    table = _Table(grams)
    trust = _weighed(np.array(is_crisis), np.ones(len(grams), np.float32))
    return _conjugate(
        lambda x: table.turned(trust * table.times(x)) + np.float32(RIDGE_OF_LETTERS) * x,
        table.turned(trust * _wanted(is_crisis)),
        np.ones(SIZE, np.float32),
    )


def learn_all(examples: Sequence[Example], parts: Sequence[Parts], rules: Rules) -> Learnt:
    """Everything that is learnt from the examples that come with Interlude."""
    lessons = lessons_of(examples, parts)
    seen = np.array(
        [
            (*numbers, *clues(rules.find(example.text)), 1.0)
            for example, numbers in zip(examples, votes_by_others(lessons), strict=True)
        ]
    )
    is_crisis = np.array([example.is_crisis for example in examples], float)
    factors = tuple(round(max(float(one), FLOOR), 4) for one in _logistic(seen, is_crisis))
    return Learnt(learn(lessons), learn_letters(lessons), factors, fingerprint())


def votes_by_others(lessons: Lessons) -> list[tuple[float, ...]]:
    """The vote on each example by those of all other hands."""
    found: dict[str, tuple[float, ...]] = {}
    for hand in sorted({example.hand for example in lessons.examples}):
        others = lessons.without(hand)
        voters, letters = learn(others), learn_letters(others)
        for example, part in zip(lessons.examples, lessons.parts, strict=True):
            if example.hand == hand:
                found[example.id] = voted([voters], letters, part).numbers
    return [found[example.id] for example in lessons.examples]


def learn_added(examples: Sequence[Example], parts: Sequence[Parts], voters: Voters) -> Voters:
    """Learn what a practice's examples add: as much as others have them wrong, close to them."""
    vectors, is_crisis, ids = zip(
        *(
            (row, example.is_crisis, example.id)
            for example, part in zip(examples, parts, strict=True)
            for row in ([part.whole] if example.is_crisis else part.rows)
        ),
        strict=True,
    )
    full = np.array(vectors, np.float32)
    rows = along(full, voters.axes)
    missing: Vectors = _wanted(is_crisis) - voters.close(full) @ voters.weights
    kernel = closeness(rows, rows, STEEPNESS_OF_ADDED)
    ridge = np.float32(RIDGE_OF_ADDED)
    scale = np.full(len(ids), 1 / (1 + ridge), np.float32)
    weights = _conjugate(lambda x: kernel @ x + ridge * x, missing, scale)
    return Voters(rows, weights, tuple(ids), voters.axes, STEEPNESS_OF_ADDED)


def _logistic(seen: NDArray[np.float64], is_crisis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, held a little towards nought."""
    spread = seen.std(axis=0) + 1e-6
    spread[-1] = 1.0
    scaled = seen / spread
    held = np.eye(seen.shape[1])
    held[-1, -1] = 0.0
    found = np.zeros(seen.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (chance - is_crisis) + held @ found
        bend = (scaled.T * (chance * (1 - chance))) @ scaled + held
        found -= np.linalg.solve(bend, slope)
    factors: NDArray[np.float64] = found / spread
    return factors


def _kept(
    example: Example, part: Parts, loudest: int, *, has_long: bool
) -> list[tuple[Vectors, float]]:
    if not example.is_crisis:
        return [(part.whole, 1.0), *((row, SENTENCE_OF_CALM) for row in part.sentences)]
    if not _is_long(example) or not len(part.sentences):
        return [(part.whole, 1.0)]
    return [(part.sentences[loudest], SENTENCE_OF_CRISIS)] if has_long else []


def _is_long(example: Example) -> bool:
    return len(example.text.split()) > _LONG


def _wanted(is_crisis: Sequence[bool]) -> Vectors:
    return np.where(is_crisis, 1.0, -1.0).astype(np.float32)


def _weighed(is_crisis: NDArray[np.bool_], trust: Vectors) -> Vectors:
    """Weigh each row so that both classes count alike."""
    total = trust.sum()
    ours, others = trust[is_crisis].sum(), trust[~is_crisis].sum()
    share = np.where(is_crisis, total / (2 * ours), total / (2 * others))
    weighed: Vectors = (trust * share).astype(np.float32)
    return weighed


class _Table:
    """The pieces that stand in each sentence, as one long row."""

    def __init__(self, grams: Sequence[Grams]) -> None:
        sizes = np.array([len(one.places) for one in grams])
        self._places = np.concatenate([one.places for one in grams])
        self._counts = np.concatenate([one.counts for one in grams])
        self._rows = np.repeat(np.arange(len(grams)), sizes)
        self._of = len(grams)

    def times(self, weights: Vectors) -> Vectors:
        """Add up what the pieces of each sentence weigh."""
        moved = np.bincount(self._rows, weights[self._places] * self._counts, self._of)
        return moved.astype(np.float32)

    def turned(self, values: Vectors) -> Vectors:
        """Turn a value for each sentence into what it comes to for each piece."""
        moved = np.bincount(self._places, values[self._rows] * self._counts, SIZE)
        return moved.astype(np.float32)


def _conjugate(matrix: Callable[[Vectors], Vectors], wanted: Vectors, scale: Vectors) -> Vectors:
    """Solve matrix x = wanted by conjugate gradients, scaled."""
    found: Vectors = np.zeros_like(wanted)
    rest: Vectors = wanted.copy()
    scaled: Vectors = (rest * scale).astype(np.float32)
    step = scaled
    size = first = float(rest @ scaled)
    for _ in range(_STEPS):
        moved = matrix(step)
        far = np.float32(size / float(step @ moved))
        found = found + far * step
        rest = rest - far * moved
        scaled = (rest * scale).astype(np.float32)
        new = float(rest @ scaled)
        if new < _ENOUGH * first:
            break
        step = scaled + np.float32(new / size) * step
        size = new
    return found
