"""Every kind of step: what it asks, accepts and shows."""

from __future__ import annotations

import math
from datetime import date

import pytest
from engine_sample import (
    BED,
    COUNT,
    DAY,
    FURTHER,
    HARD,
    KIND,
    MOOD,
    NOTE,
    OFTEN,
    PICKS,
    SLEPT,
    STEPS,
    words,
)

from flows.kinds.date import DateStep
from flows.kinds.kind import Asked, Fits, Refused, Reply
from flows.kinds.number import NumberStep
from flows.kinds.registry import KINDS, kind_of
from flows.kinds.several import SeveralStep
from flows.kinds.step import Option, Step
from flows.kinds.text import TextStep
from flows.kinds.typed import clean
from flows.languages import Language

TODAY = date(2026, 11, 24)
LONG_NOTE = TextStep("long_note", words("Say."), min_length=4)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.step.__name__)
def test_every_kind_refuses_what_is_no_answer_and_shows_what_it_accepts(kind) -> None:
    step = next(step for step in (*STEPS, *FURTHER) if isinstance(step, kind.step))
    assert isinstance(kind.accept(step, 99, "en", TODAY), Refused)
    assert isinstance(kind.accept(step, -1, "en", TODAY), Refused)
    assert isinstance(kind.accept(step, "\u200b", "en", TODAY), Refused)
    for index, label in enumerate(kind.ask(step, "de").choices):
        typed = kind.accept(step, label, "de", TODAY)
        assert isinstance(typed, Fits)
        shown = kind.show(step, typed.value, "de")
        assert kind.accept(step, shown, "de", TODAY) == typed
        if step is not DAY:
            assert shown == label
        if step is not PICKS:
            assert kind.accept(step, index, "de", TODAY) == typed


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
    (LONG_NOTE, "abc", "en", "too_short"),
    (LONG_NOTE, "abcd", "en", "abcd"),
    (OFTEN, "some.", "en", 1),
    (OFTEN, "gar nicht", "de", 0),
    (OFTEN, "2", "en", 2),
    (OFTEN, "0", "en", 2),  # a label wins over a number
    (OFTEN, "3", "en", "out_of_range"),
    (OFTEN, "sometimes", "en", "not_a_number"),
    (OFTEN, 1, "en", 1),
    (PICKS, "1, 3", "en", ("calm", "sad")),
    (PICKS, "3 1", "en", ("calm", "sad")),
    (PICKS, "2.", "en", ("bread",)),
    (PICKS, "sad and calm", "en", ("calm", "sad")),
    (PICKS, "bread, butter and tea and Calm", "en", ("calm", "bread")),
    (PICKS, "Brot, Butter und Tee / ruhig", "de", ("calm", "bread")),
    (PICKS, "calm, calm, 1", "en", ("calm",)),
    (PICKS, "1, 2, 3", "en", "too_many"),
    (PICKS, "none", "en", "too_few"),
    (PICKS, "4", "en", "not_an_option"),
    (PICKS, "calmer", "en", "not_an_option"),
    (PICKS, "calm or so", "en", "not_an_option"),
    (PICKS, ", ,", "en", "not_an_option"),
    (PICKS, 0, "en", "not_an_option"),
    (BED, "18:30", "en", "18:30"),
    (BED, "1830", "en", "18:30"),
    (BED, "730", "en", "07:30"),
    (BED, "6:30 pm", "en", "18:30"),
    (BED, "6.30 p.m.", "en", "18:30"),
    (BED, "12 pm", "en", "12:00"),
    (BED, "18.30 Uhr", "de", "18:30"),
    (BED, "18 Uhr 15", "de", "18:15"),
    (BED, "um 7 Uhr", "de", "07:00"),
    (BED, "7", "de", "07:00"),
    (BED, "12 am", "en", "too_early"),
    (BED, "05:59", "en", "too_early"),
    (BED, "23:31", "en", "too_late"),
    (BED, "24:00", "en", "not_a_time"),
    (BED, "12:60", "en", "not_a_time"),
    (BED, "13 pm", "en", "not_a_time"),
    (BED, "18:30 Uhr 15", "de", "not_a_time"),
    (BED, "soon", "en", "not_a_time"),
    (BED, 0, "en", "not_an_option"),
    (DAY, "today", "de", "2026-11-24"),
    (DAY, "Gestern.", "de", "2026-11-23"),
    (DAY, "morgen", "de_du", "2026-11-25"),
    (DAY, "übermorgen", "de", "too_late"),
    (DAY, "24.11.", "de", "2026-11-24"),
    (DAY, "1. 11. 2026", "de", "2026-11-01"),
    (DAY, "1.11.26", "de", "2026-11-01"),
    (DAY, "2026-11-24", "en", "2026-11-24"),
    (DAY, "24 November", "en", "2026-11-24"),
    (DAY, "Nov 24th, 2026", "en", "2026-11-24"),
    (DAY, "1. Nov.", "de", "2026-11-01"),
    (DAY, "24.10.2026", "de", "too_early"),
    (DAY, "24.12.", "de", "too_late"),
    (DAY, "31.11.", "de", "not_a_date"),
    (DAY, "12 foo", "en", "not_a_date"),
    (DAY, "11/12/2026", "en", "not_a_date"),  # a month and a day, or a day and a month
    (DAY, "9999-12-31", "en", "too_late"),
    (DAY, "0000-01-01", "en", "not_a_date"),
    (DAY, 0, "en", "2026-11-24"),
    (DAY, 2, "en", "2026-11-25"),
    (DAY, 3, "en", "not_an_option"),
]


@pytest.mark.parametrize(
    ("step", "reply", "language", "expected"),
    ACCEPTED,
    ids=[f"{case[0].id}-{number}" for number, case in enumerate(ACCEPTED)],
)
def test_replies(step: Step, reply: Reply, language: Language, expected: object) -> None:
    read = kind_of(step).accept(step, reply, language, TODAY)
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
    read = kind_of(step).accept(step, "-0.0", "en", TODAY)
    assert isinstance(read, Fits)
    assert math.copysign(1, read.value) == 1


def test_only_the_days_within_the_bounds_have_a_button() -> None:
    ahead = DateStep("ahead", words("Which day?"), earliest=0, latest=14)
    assert kind_of(ahead).ask(ahead, "en").choices == ("Today", "Tomorrow")
    assert kind_of(DAY).ask(DAY, "de").choices == ("Heute", "Gestern", "Morgen")


@pytest.mark.parametrize(
    ("typed", "today", "expected"),
    [
        ("3.1.", date(2026, 12, 30), "2027-01-03"),
        ("30.12.", date(2027, 1, 3), "2026-12-30"),
        ("29.2.", date(2027, 1, 3), "2028-02-29"),
    ],
)
def test_a_date_without_a_year_is_the_nearest_one(typed: str, today: date, expected: str) -> None:
    step = DateStep("any", words("Which day?"))
    read = kind_of(step).accept(step, typed, "de", today)
    assert isinstance(read, Fits)
    assert read.value == expected


def test_the_bounds_decide_which_year_is_meant() -> None:
    ahead = DateStep("ahead", words("Which day?"), earliest=0, latest=360)
    read = kind_of(ahead).accept(ahead, "1.11.", "de", TODAY)
    assert isinstance(read, Fits)
    assert read.value == "2027-11-01"


def test_nothing_picked_is_an_answer_where_the_author_takes_it() -> None:
    step = SeveralStep("any", words("Which?"), max=1, options=PICKS.options)
    read = kind_of(step).accept(step, "nichts davon", "de", TODAY)
    assert isinstance(read, Fits)
    assert read.value == ()
    assert kind_of(step).show(step, (), "en") == "None of these"


def test_the_longest_label_that_fits_is_meant() -> None:
    labels = ("Tea and cake", "Tea", "Cake")
    options = tuple(Option(label.lower().replace(" ", "_"), words(label)) for label in labels)
    step = SeveralStep("any", words("Which?"), max=3, options=options)
    read = kind_of(step).accept(step, "cake, tea and cake", "en", TODAY)
    assert isinstance(read, Fits)
    assert read.value == ("tea_and_cake", "cake")
