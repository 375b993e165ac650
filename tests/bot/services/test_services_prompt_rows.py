"""The answers of a question as they stand on a phone: in rows that a thumb can reach."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.cli.authoring.client_side import ClientSide
from bot.config.settings import Practice
from bot.services.check_in.prompt_message import prompt_message
from flows.engine.events import Prompt
from flows.languages import Language

EN = Language("en")


def widths(choices: Sequence[str], low: str | None = None) -> list[int]:
    prompt = Prompt("q", "choice", 0, "Which?", choices=tuple(choices), low=low, high=low)
    *rows, ways = prompt_message(ClientSide(Practice()), EN, 1, prompt, occasion="next").rows
    assert [button.label for button in ways] == ["Later"]
    assert [button.label for row in rows for button in row] == list(choices)
    return [len(row) for row in rows]


@pytest.mark.parametrize(
    ("choices", "rows"),
    [
        (["Yes", "No"], [2]),
        (["At home", "At work", "Elsewhere"], [3]),
        (["Somewhere else entirely", "No"], [1, 1]),
        ([f"Choice {n}" for n in range(10)], [1] * 10),
        ([f"Choice {n}" for n in range(11)], [3, 3, 3, 2]),
        ([f"A longer choice {n}" for n in range(30)], [2] * 15),
    ],
)
def test_many_answers_share_rows_and_few_have_their_own(
    choices: list[str], rows: list[int]
) -> None:
    assert widths(choices) == rows


def test_a_scale_takes_two_rows() -> None:
    assert widths([str(n) for n in range(11)], low="low") == [6, 5]
