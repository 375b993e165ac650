"""Client text beside ours: one line, nothing hidden, cut at a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.quoting import one_line, short_alias, shortened
from flows.digest.section import QUOTED_UP_TO


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines\r\n\u2028and\u0085 more", "two lines and more"),
        ("\u202eevil\u202c \u2066x\u2069\u200f", "evil x"),
        ("bell\u0007 zero\u200bwidth\ufeff", "bell zerowidth"),
        ("he said “no” «so»", 'he said "no" "so"'),
        ("▪ Heading • item", "· Heading · item"),
        ("/stop and a/b /1", "/\u2060stop and a/b /\u20601"),
        ("<b>*bold*</b> &amp;", "<b>*bold*</b> &amp;"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("\u200b\n\t", ""),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


def test_stacked_accents_are_few_and_real_ones_stay() -> None:
    assert one_line("e" + "\u0316" * 30) == "e" + "\u0316" * 3
    assert one_line("Tiếng Việt, שָׁלוֹם, ที่นี่") == unicodedata.normalize("NFC", "Tiếng Việt, שָׁלוֹם, ที่นี่")


def test_a_cut_falls_between_words() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("one two", 7) == "one two"
    assert shortened("x" * 30, 9) == "x" * 8 + "…"


def test_a_cut_tears_no_emoji_and_no_accent_apart() -> None:
    assert shortened("abcdef👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 10) == "abcdef…"
    assert shortened("abcdefg" + "e\u0316" * 9, 9) == "abcdefg…"


@given(st.text(max_size=600))
def test_any_text_becomes_one_short_line(text: str) -> None:
    line = shortened(one_line(text))
    assert len(line) <= QUOTED_UP_TO
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("“”„▪•\n\r\u202e\u2066")


@given(st.text(max_size=80))
def test_an_alias_is_never_empty(text: str) -> None:
    assert 1 <= len(short_alias(text)) <= 40
