"""Pieces of letters: counted the same on every machine, and nothing of the words is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.safety.grams import SIZE, Grams, grams_of


@given(st.text(max_size=80))
def test_words_and_letters_count_alike_at_any_length(text: str) -> None:
    grams = grams_of(text)
    assert len(grams.places) == len(grams.counts)
    assert all(0 <= place < SIZE for place in grams.places)
    length = float((grams.counts**2).sum())
    assert min(abs(length - whole) for whole in (0, 1, 2)) < 1e-3


def test_a_word_and_its_pieces_weigh_what_their_numbers_weigh() -> None:
    grams = grams_of("no no")
    weights = np.zeros(SIZE, np.float32)
    assert grams.weighed(weights) == 0
    weights[grams.places] = 1.0
    assert grams.weighed(weights) == pytest.approx(float(grams.counts.sum()), abs=1e-5)
    # "no", "no no"; " n", "no", "o ", " no", "no ", " no "
    assert len(grams.places) == 8


def test_a_typing_error_leaves_most_pieces() -> None:
    def shared(one: Grams, other: Grams) -> float:
        return len(set(one.places.tolist()) & set(other.places.tolist())) / len(one.places)

    right, wrong = grams_of("i want to disappear"), grams_of("i want to dissapear")
    assert shared(right, wrong) > 0.6 > shared(right, grams_of("the train was late"))
