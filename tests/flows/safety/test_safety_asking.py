"""A word that stands alone asks for the card; a longer sentence, or /help, does not."""

from __future__ import annotations

import pytest

from flows.safety.asking import LONGEST, asks_for_card, is_card_command


@pytest.mark.parametrize(
    "text",
    [
        "help",
        "HILFE!!!",
        "hilfe 🙏",
        "S.O.S.",
        "SOS",
        "au secours",
        "помогите мне",
        "J’ai besoin d’aide",
    ],
)
def test_the_word_alone_asks_in_any_language_and_spelling(text: str) -> None:
    assert asks_for_card(text)


@pytest.mark.parametrize("text", ["", "help yourself", "no help today", "helpless", "Hilfe kam"])
def test_more_than_the_word_is_for_the_screen(text: str) -> None:
    assert not asks_for_card(text)


@pytest.mark.parametrize(("more", "asks"), [(0, True), (1, False)])
def test_marks_around_it_do_not_matter_up_to_a_length(more: int, asks: bool) -> None:
    assert asks_for_card("help" + "!" * (LONGEST - 4 + more)) == asks


@pytest.mark.parametrize(
    ("name", "is_card"), [("sos", True), ("hilfe", True), ("help", False), ("digest", False)]
)
def test_help_as_a_command_lists_what_can_be_done(name: str, is_card: bool) -> None:
    assert is_card_command(name) == is_card
