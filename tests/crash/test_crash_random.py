"""Kill -9 in the middle of a burst of answers, ten times: nothing is lost and nothing is doubled.

The long version is ``python -m tests.crash.random_kills``.
"""

from __future__ import annotations

import pytest

from tests.crash.random_kills import survive
from tests.crash.world import Bot

KILLS = 10
SEED = 20261124


@pytest.mark.promise("P1b")
def test_ten_kills_lose_no_answer_and_double_no_question(bot: Bot) -> None:
    assert survive(bot, KILLS, SEED).kills > KILLS // 2
