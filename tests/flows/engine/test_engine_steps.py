"""What each kind of step asks, accepts and shows."""

from __future__ import annotations

import math
from typing import get_args

import pytest
from engine_sample import COUNT, HARD, KIND, MOOD, NOTE, SLEPT, STEPS, words

from flows.engine.steps.kind import Asked, Fits, Refused, Reply
from flows.engine.steps.registry import KINDS, kind_of
from flows.engine.steps.typed import clean
from flows.script.flow import Language, NumberStep, Step


def test_every_kind_of_step_is_listed_once() -> None:
    assert sorted(k.step.__name__ for k in KINDS) == sorted(s.__name__ for s in get_args(Step))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.step.__name__)
def test_every_kind_refuses_what_is_no_answer_and_shows_what_it_accepts(kind) -> None:
    step = next(step for step in STEPS if isinstance(step, kind.step))
    assert isinstance(kind.accept(step, 99, "en"), Refused)
    assert isinstance(kind.accept(step, -1, "en"), Refused)
    assert isinstance(kind.accept(step, "\u200b", "en"), Refused)
    for index, label in enumerate(kind.ask(step, "de").choices):
        tapped = kind.accept(step, index, "de")
        assert isinstance(tapped, Fits)
        assert kind.show(step, tapped.value, "de") == label
        assert kind.accept(step, label, "de") == tapped


ACCEPTED: list[tuple[Step, Reply, Language, object]] = [
    (MOOD, "7", "en", 7),
    (MOOD, " 10. ", "en", 10),
    (MOOD, "0", "en", 0),
    (MOOD, "+3", "en", 3),
    (MOOD, "7,0", "de", 7),
    (MOOD, "7️⃣", "en", 7),
    (MOOD, "٣", "en", 3),
    (MOOD, "1,000", "en", "out_of_range"),
    (MOOD, "11", "en", "out_of_range"),
    (MOOD, "-1", "en", "out_of_range"),
    (MOOD, "−1", "en", "out_of_range"),
    (MOOD, "7.5", "en", "not_whole"),
    (MOOD, "7½", "en", "not_a_number"),
    (MOOD, "seven", "en", "not_a_number"),
    (MOOD, "", "en", "not_a_number"),
    (MOOD, "1e1", "en", "not_a_number"),
    (MOOD, "9" * 5000, "en", "not_a_number"),
    (SLEPT, "6,5", "en", 6.5),
    (SLEPT, "6.5", "de", 6.5),
    (SLEPT, "7", "en", 7.0),
    (SLEPT, "24.1", "en", "out_of_range"),
    (SLEPT, "nan", "en", "not_a_number"),
    (SLEPT, "inf", "en", "not_a_number"),
    (SLEPT, 0, "en", "not_an_option"),
    (COUNT, "1.000", "de", 1000),
    (COUNT, "1,000", "en", 1000),
    (COUNT, "1 000", "en", 1000),
    (COUNT, "3.5", "en", "not_whole"),
    (COUNT, "5001", "en", "out_of_range"),
    (HARD, "YES", "en", True),
    (HARD, "ja!", "en", True),
    (HARD, "j", "de", True),
    (HARD, "y", "de", True),
    (HARD, "n", "de", False),
    (HARD, " Nein. ", "de_du", False),
    (HARD, "no", "de", False),
    (HARD, "ＹＥＳ", "en", True),
    (HARD, "maybe", "en", "not_an_option"),
    (HARD, 0, "en", True),
    (HARD, 1, "en", False),
    (HARD, 2, "en", "not_an_option"),
    (KIND, "at  HOME", "en", "home"),
    (KIND, "zu hause", "de", "home"),
    (KIND, "zu hause", "de_du", "home"),
    (KIND, "1", "en", "work"),
    (KIND, "3)", "en", "not_an_option"),
    (KIND, "2", "en", "two"),  # a label wins over a place in the list
    (KIND, "0", "en", "not_an_option"),
    (KIND, "4", "en", "not_an_option"),
    (KIND, "1.5", "en", "not_an_option"),
    (KIND, "ho", "en", "not_an_option"),
    (NOTE, " a\r\nb\u2028c ", "en", "a\nb\nc"),
    (NOTE, "x" * 50, "en", "x" * 50),
    (NOTE, "x" * 51, "en", "too_long"),
    (NOTE, " \n\t ", "en", "empty"),
    (NOTE, "\u2066\u202e", "en", "empty"),
    (NOTE, "\u200d\ufe0f", "en", "empty"),
    (NOTE, 0, "en", "not_an_option"),
]


@pytest.mark.parametrize(
    ("step", "reply", "language", "expected"),
    ACCEPTED,
    ids=[f"{case[0].id}-{number}" for number, case in enumerate(ACCEPTED)],
)
def test_replies(step: Step, reply: Reply, language: Language, expected: object) -> None:
    read = kind_of(step).accept(step, reply, language)
    if isinstance(read, Fits):
        assert read.value == expected
        assert type(read.value) is type(expected)
    else:
        assert read.refusal == expected


@pytest.mark.parametrize(
    "text",
    [
        "👩🏽‍🚀",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می‌خواهم",
        "नमस्ते",
        "✌️",
        "\U0001fae8",
    ],
)
def test_emoji_and_all_scripts_are_kept(text: str) -> None:
    assert clean(text) == text


def test_controls_bidi_and_lone_halves_are_dropped() -> None:
    assert clean("\ufeffa\x00\x07\x1b[1m\u202e\u200f\ud83db\x85c\td") == "a[1mb\nc\td"


def test_what_is_asked_besides_the_text() -> None:
    assert kind_of(MOOD).ask(MOOD, "en") == Asked(tuple(map(str, range(11))), "low", "high")
    assert kind_of(KIND).ask(KIND, "de").choices == ("Arbeit", "Zu Hause", "2")
    assert kind_of(HARD).ask(HARD, "de_du").choices == ("Ja", "Nein")
    assert kind_of(NOTE).ask(NOTE, "en") == Asked()


def test_numbers_are_shown_with_decimal_sign_and_unit() -> None:
    show = kind_of(SLEPT).show
    assert show(SLEPT, 6.5, "en") == "6.5 h"
    assert show(SLEPT, 6.5, "de") == "6,5 Std."
    assert show(SLEPT, 7.0, "de_du") == "7 Std."
    bare = NumberStep("n", words("N?"), whole=False)
    assert kind_of(bare).show(bare, 123456.75, "en") == "123456.75"


def test_a_negative_zero_is_zero() -> None:
    step = NumberStep("n", words("N?"), min=-5, whole=False)
    read = kind_of(step).accept(step, "-0.0", "en")
    assert isinstance(read, Fits)
    assert math.copysign(1, read.value) == 1
