"""A screen that knows its last verdicts gives the same ones, and keeps no word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.own_screen import Judged, encoder
from flows.safety import Ear, Screen
from flows.safety.encoder import Vectors
from flows.safety.learnt import shipped_learnt

TEXTS = ("7", "I want to die", "Zyxwv had a quiet evening", "7")


class Counted:
    """The encoder, and how many texts it was asked about."""

    def __init__(self) -> None:
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return encoder().encode(texts)


def test_what_comes_again_is_known_by_no_word_of_it() -> None:
    counted = Counted()
    judged = Judged(Screen(Ear(counted, shipped_learnt())))
    first = judged.judge_all(TEXTS)
    asked = counted.texts
    assert [verdict.risk for verdict in first] == ["none", "explicit", "none", "none"]
    assert judged.judge_all(TEXTS[::-1]) == first[::-1]
    assert counted.texts == asked
    assert first == [judged.screen.judge(text) for text in TEXTS]
    assert "Zyxwv" not in repr(vars(judged))


def test_what_came_last_is_known_and_what_came_before_is_judged_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.own_screen.KNOWN", 2)
    counted = Counted()
    judged = Judged(Screen(Ear(counted, shipped_learnt())))
    for text in ("one evening", "another evening", "one evening", "a third evening"):
        judged.judge_all([text])
    asked = counted.texts
    judged.judge_all(["one evening"])
    assert counted.texts == asked, "it came again meanwhile"
    judged.judge_all(["another evening"])
    assert counted.texts > asked
