"""Answers that nobody could tell apart, and texts that show nothing or something else."""

from __future__ import annotations

import pytest

from flows.script import parse

TOP = """language = 1
id = "t"
title.en = "T"
title.de = "T"
[schedule]
trigger = "on_request"
[[step]]
id = "q"
optional = true
ask = { en = "Which?", de = "Was?", neutral = true }
"""


def codes(step: str) -> list[str]:
    return [problem.code for problem in parse(TOP + step, "x").problems]


def options(first: str, second: str, kind: str = "choice", more: str = "") -> str:
    third = '{ id = "c", en = "Third", de = "Drittes" }'
    listed = f'{{ id = "a", {first} }}, {{ id = "b", {second} }}, {third}'
    return f'kind = "{kind}"\n{more}options = [{listed}]\n'


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('en = "Yes", de = "Ja"', 'en = "Yes", de = "Jawohl"'),
        ('en = "Yes", de = "Ja"', 'en = "Yeah", de = "ja."'),
        ('en = "A b", de = "x"', 'en = "a  B", de = "y"'),
        ('en = "Good", de = "x"', 'en = "Go\\u200bod", de = "y"'),
        ('en = "❤", de = "x"', 'en = "❤\\ufe0f", de = "y"'),
        ('en = "Good", de = "x"', 'en = "Ｇｏｏｄ", de = "y"'),
        ('en = "Good", de = "x"', 'en = "Skip", de = "y"'),
        ('en = "Good", de = "x"', 'en = "Better", de = "Zurück"'),
        ('en = "Good", de = "Fein", de_du = "Toll"', 'en = "Better", de = "toll"'),
    ],
)
def test_options_that_read_alike_are_a_problem(first: str, second: str) -> None:
    assert set(codes(options(first, second))) == {"F036"}


def test_accents_and_other_signs_tell_options_apart() -> None:
    assert codes(options('en = "Resume", de = "schon"', 'en = "Resumé", de = "schön"')) == []
    assert codes(options('en = "👍", de = "+"', 'en = "👎", de = "-"')) == []


def test_a_button_counts_only_where_it_is_shown() -> None:
    done = ('en = "Done", de = "Fertig"', 'en = "Not done", de = "Offen"')
    assert codes(options(*done)) == []
    assert set(codes(options(*done, kind="several"))) == {"F036"}
    rather = ('en = "Rather not say", de = "Frei"', 'en = "Yes", de = "Ja"')
    assert codes(options(*rather)) == []
    assert codes(options(*rather, more="rather_not_say = true\n")) == ["F036"]


def test_labels_of_a_scale_are_held_apart_as_well() -> None:
    one, two = '{ value = 0, en = "never", de = "nie" }', '{ value = 1, en = "Never", de = "oft" }'
    assert codes(f'kind = "scale"\nmin = 0\nmax = 1\nlabels = [{one}, {two}]\n') == ["F036"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('"\\u200b"', "F034"),
        ('" \\u2800\\ufeff"', "F034"),
        ('"\\u0301"', "F034"),
        ('"\\u0000 x"', "F037"),
        ('"x \\u202e abc"', "F037"),
        ('"x\\u2028y"', "F037"),
        ('"A\\nB\\tC"', None),
        ('"👩‍👩‍👧 می‌خواهم"', None),
    ],
)
def test_a_text_shows_what_it_says(written: str, code: str | None) -> None:
    step = f'kind = "text"\nhelp = {{ en = {written}, de = "x", neutral = true }}\n'
    assert codes(step) == ([code] if code else [])


def test_a_label_has_one_line() -> None:
    assert codes(options('en = "A\\nB", de = "x"', 'en = "C", de = "y"')) == ["F037"]
