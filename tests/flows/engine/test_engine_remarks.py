"""Remarks in words, told from a slip that only needs another try."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.remarks import is_remark

LANGUAGES = ("en", "de", "de_du")
AROUND = {
    "en": ("", "about ", "maybe ", "at least ", "approx. ", "~", "It was "),
    "de": ("", "etwa ", "ca. ", "vielleicht ", "mindestens ", "so um die ", "Es waren "),
}
BEHIND = {
    "en": ("", " €", " euros", " hours", "h", " min.", "%", " out of 10", "/10", " or 8", "-8"),
    "de": (
        "",
        " €",
        " Euro",
        " Stunden",
        " Std.",
        " Minuten",
        " %",
        " von 10",
        " oder 8",
        " bis 8",
    ),
}
SAID = {
    "en": ("slept {} hours", "{} bad nights", "{} pills left", "{} and I feel sick"),
    "de": ("{} Stunden geschlafen", "{} schlechte Nächte", "noch {} Tabletten", "{} und müde"),
}

few = settings(max_examples=60, deadline=None)
numbers = st.integers(0, 5000)


@few
@given(numbers, st.sampled_from(("en", "de")), st.data())
def test_a_mere_number_says_no_more_than_the_number(number, tongue, data) -> None:
    before, behind = (data.draw(st.sampled_from(of[tongue])) for of in (AROUND, BEHIND))
    text = f"{before}{number}{behind}"
    assert not any(is_remark(text, language) for language in LANGUAGES), text


@few
@given(numbers, st.sampled_from(("en", "de")), st.data())
def test_words_beside_a_number_are_kept(number, tongue, data) -> None:
    text = data.draw(st.sampled_from(SAID[tongue])).format(number)
    assert all(is_remark(text, language) for language in LANGUAGES), text


@few
@given(st.text(alphabet="0123456789 .,:;/-+?!()€%", max_size=30))
def test_signs_and_figures_alone_are_a_slip(text) -> None:
    assert not is_remark(text, "en")


@few
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_word_is_lost_whatever_stands_around_it(before, behind) -> None:
    assert is_remark(f"{before} überfordert {behind}", "de")


@pytest.mark.parametrize(
    "text", ["7 o'clock", "7pm", "7 Uhr", "um 7", "3rd", "3x", "II?", "20 USD"]
)
def test_times_and_places_in_a_row(text: str) -> None:
    assert is_remark(text, "de") is (text == "II?")


@pytest.mark.parametrize("text", ["I feel sick", "geht so", "two bad nights"])
def test_words_without_a_figure_say_something(text: str) -> None:
    assert is_remark(text, "en")


@pytest.mark.parametrize("text", ["thanks", "Danke!", "👍🏽", "vielen Dank 🙏"])
def test_thanks_are_no_remark(text: str) -> None:
    assert not is_remark(text, "en")
