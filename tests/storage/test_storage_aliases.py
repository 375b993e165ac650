"""Aliases that read alike, and those that look like a full name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.aliases import core, is_full_name, is_surname_first, readable


@pytest.mark.parametrize(
    "typed",
    [
        "MK",
        "m.k.",
        "M K",
        "M. K.",
        "M-K",
        "M–K",
        "M_K",
        "(M.K.)",
        "M\u200b.K\u202e.",
        "M\u00a0K",
        "M.K\ufe0f",
        "\uff2d\uff0e\uff2b",  # as a Japanese keyboard writes it
    ],
)
def test_spellings_of_one_alias(typed: str) -> None:
    assert core(typed) == core("M.K.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O.K.", "Ö.K."),
        ("M.K.", "M.K.2"),
        ("M.K.", "K.M."),
        ("A.B.", "A+B"),
        ("😀", "😃"),
        ("!", "?"),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert core(one) != core(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Strauß", "STRAUSS"), ("O\u0308.K.", "Ö.K."), ("İ.", "i̇"), ("👩‍👩", "👩👩")]
)
def test_one_letter_in_two_forms(one: str, other: str) -> None:
    assert core(one) == core(other)


@given(st.text(max_size=40))
def test_an_alias_stays_as_it_is_read(text: str) -> None:
    alias = readable(text)
    assert readable(alias) == alias
    assert "\n" not in alias and alias == alias.strip()
    assert core(core(alias)) == core(alias)
    assert bool(core(alias)) == bool(alias)


@pytest.mark.parametrize(
    ("alias", "full"),
    [
        ("Maria Keller", True),
        ("Dr. Anna-Lena Groß", True),
        ("Li Wu", True),
        ("M.K.", False),
        ("M. Keller", False),
        ("Maria K.", False),
        ("Tiger", False),
        ("Frau M.K.", False),
        ("Group 2", False),
    ],
)
def test_a_full_name(alias: str, full: bool) -> None:
    assert is_full_name(alias) == full


@pytest.mark.parametrize(
    ("parts", "doubtful"),
    [
        (["Krüger", "Anna"], True),
        (["von der Heide", "Anna Maria"], True),
        (["Krüger", "A."], True),
        (["Dr. Weber", "Anna"], True),
        (["M.K.", "Krüger", "Anna"], True),
        (["M.K.", "B.L."], False),
        (["MK", "BL"], False),
        (["Tiger", "Fox", "Owl"], False),
        (["Krüger", "M.K."], False),
        (["Tiger 1", "Tiger 2"], False),
        (["Krüger"], False),
    ],
)
def test_a_comma_within_a_name(parts: list[str], doubtful: bool) -> None:
    assert is_surname_first(parts) == doubtful
