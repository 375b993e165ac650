"""Lengths of time in the words in which somebody would say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.schedule.plain_words import length


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({}, "0 minutes"),
        ({"seconds": 59}, "0 minutes"),
        ({"minutes": 1}, "1 minute"),
        ({"minutes": 59}, "59 minutes"),
        ({"hours": 1}, "1 hour"),
        ({"hours": 1, "minutes": 30}, "1 hour and 30 minutes"),
        ({"hours": 23}, "23 hours"),
        # whole days are days, others are hours up to three days
        ({"hours": 24}, "1 day"),
        ({"hours": 25}, "25 hours"),
        ({"hours": 36}, "36 hours"),
        ({"hours": 48}, "2 days"),
        ({"hours": 71, "minutes": 59}, "71 hours and 59 minutes"),
        ({"hours": 72}, "3 days"),
        ({"hours": 72, "minutes": 1}, "3 days and 1 minute"),
        ({"days": 4, "hours": 2, "minutes": 5}, "4 days, 2 hours and 5 minutes"),
    ],
)
def test_a_length_in_words(span: dict[str, int], words: str) -> None:
    assert length(timedelta(**span)) == words
