"""The story runner tells what differs, and what is wrong with a story."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest
from engine_sample import FLOW, PICKS, flow_of, words

from flows.engine.story import StoryResult, run_story
from flows.engine.story_text import StoryError, read_story
from flows.kinds.text import TextStep
from flows.schedule.zones import UnknownZoneError, zone
from flows.script.structure import Score

HEAD = """
about = "A story."
flow = "sample"
language = "en"
zone = "Europe/Berlin"
start = 2026-11-25T18:00:00
names = { therapist = "Frau Weber", day = "Friday" }
"""


def play(turns: str, top: str = "") -> StoryResult:
    return run_story(read_story(tomllib.loads(HEAD + top + turns)), FLOW, zone("Europe/Berlin"))


def test_a_story_that_goes_as_written_has_no_mismatch() -> None:
    result = play(
        '[[turn]]\nask = "Mood?"\n[[turn]]\ntap = "7"\nask = "Hours?"\n[answers]\nmood = 7'
    )
    assert result.passed
    assert result.transcript[1] == "Wed 18:00 bot: Hello from Frau Weber."
    assert result.transcript[3] == "Wed 18:00 client: tap 7"


def test_timers_fire_in_the_order_in_which_they_are_due() -> None:
    result = play(
        '[[turn]]\n[[turn]]\nafter = "3d"\nreminded = true\nexpired = true\nask = "Mood?"'
    )
    assert result.passed
    assert [line.split(" bot: ")[0] for line in result.transcript[-3:]] == [
        *("Thu 00:00", "Thu 18:00", "Fri 18:00")
    ]


def test_declined_and_off_path_answers_are_compared() -> None:
    result = play("[[turn]]\n[answers]", 'declined = ["mood"]\noff_path = ["note"]\n')
    assert result.mismatches == (
        "stored declined are [], expected ['mood']",
        "stored off_path are [], expected ['note']",
    )


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ('[[turn]]\n[[turn]]\ntap = "1"\nsay = "2"', "turn 2 needs one of"),
        ("[[turn]]\n[[turn]]", "turn 2 needs one of"),
        ('[[turn]]\nsay = "1"', "turn 1 needs one of"),
        ('[[turn]]\nasks = "Mood?"', "turn 1 has no key `asks`"),
        ('[[turn]]\n[[turn]]\nafter = "6 hours"', "turn 2: '6 hours' is not a time"),
        ("", "the story lacks turn"),
    ],
)
def test_a_faulty_story_is_refused(turns: str, told: str) -> None:
    with pytest.raises(StoryError, match=told):
        play(turns)


def test_an_unknown_language_or_zone_is_refused() -> None:
    with pytest.raises(StoryError, match="not one of en, de, de_du"):
        read_story(tomllib.loads(HEAD.replace('"en"', '"fr"') + "[[turn]]"))
    with pytest.raises(UnknownZoneError):
        read_story(tomllib.loads(HEAD.replace("Europe/Berlin", "Europe/Bärlin") + "[[turn]]"))
    with pytest.raises(StoryError, match="a story has no key `mood`"):
        play("[[turn]]", "mood = 1\n")


PICKING = flow_of(
    PICKS,
    TextStep("next", words("{past.week.last} {goals} {topics}?")),
    scores=(Score("one", ("next",)),),
)


def play_picking(turns: str, top: str = "") -> StoryResult:
    return run_story(read_story(tomllib.loads(HEAD + top + turns)), PICKING, zone("Europe/Berlin"))


def test_options_are_tapped_in_one_turn_and_confirmed() -> None:
    result = play_picking(
        """
        [[turn]]
        [[turn]]
        tap = ["Sad", "Calm"]
        picked = ["Calm", "Sad"]
        [[turn]]
        tap = "Sad"
        picked = ["Calm"]
        [[turn]]
        confirm = true
        ask = "4 Sleep and Mum The move?"
        [answers]
        picks = ["calm"]
        """,
        'past = { "week.last" = 4 }\ngoals = ["Sleep", "Mum"]\ntopics = ["The move"]\n',
    )
    assert result.mismatches == ()
    assert result.transcript[2:4] == (
        "Wed 18:00 client: tap Sad, Calm",
        "Wed 18:00 bot: (ticked: Sad)",
    )


@pytest.mark.parametrize(
    ("playing", "turns", "told"),
    [
        (play, '[[turn]]\nask = "Hours?"', "turn 1 (start): ask was 'Mood?', expected 'Hours?'"),
        (
            play,
            '[[turn]]\n[[turn]]\nsay = "11"',
            "turn 2 (say 11): refused was 'out_of_range', expected",
        ),
        (play, '[[turn]]\n[[turn]]\nsay = "1"\nrefused = "empty"', "expected 'empty'"),
        (play, '[[turn]]\n[[turn]]\ntap = "11"', "turn 2 (tap 11): there is no button '11'"),
        (play, '[[turn]]\nlabels = ["1"]', "expected ('1',)"),
        (play, '[[turn]]\nlead = ""', "lead was 'Hello from Frau Weber.', expected ''"),
        (play, '[[turn]]\n[[turn]]\nafter = "6h"', "reminded was True, expected False"),
        (
            play,
            '[[turn]]\n[[turn]]\nafter = "1h"\nreminded = true',
            "reminded was False, expected True",
        ),
        (play, '[[turn]]\n[[turn]]\nafter = "1h"\nask = "Mood?"', "ask was None, expected 'Mood?'"),
        (
            play,
            '[[turn]]\n[[turn]]\nafter = "3d"\nreminded = true',
            "expired was True, expected False",
        ),
        (play, "[[turn]]\n[[turn]]\nstop = true", "stopped was True"),
        (play, "[[turn]]\n[answers]\nmood = 7", "stored answers are {}, expected {'mood': 7}"),
        (
            play_picking,
            '[[turn]]\n[[turn]]\ntap = ["Sad", "Mad"]',
            "(tap Sad, Mad): there is no button 'Mad'",
        ),
        (
            play_picking,
            '[[turn]]\n[[turn]]\ntap = "Sad"\npicked = []',
            "picked was ('Sad',), expected ()",
        ),
        (
            play_picking,
            "[[turn]]\n[[turn]]\nconfirm = true",
            "refused was 'too_few', expected None",
        ),
        (
            play_picking,
            "[[turn]]\n[[turn]]\nwithhold = true\n[answers]",
            "answers are {'picks': 'rather_not",
        ),
        (play_picking, "[[turn]]\n[scores]\none = 3", "stored scores are {}, expected {'one': 3}"),
    ],
)
def test_a_mismatch_is_told(playing: Callable[[str], StoryResult], turns: str, told: str) -> None:
    assert told in "\n".join(playing(turns).mismatches)


def test_the_zone_of_a_story_is_the_clients() -> None:
    assert read_story(tomllib.loads(HEAD + "[[turn]]")).names.zone == "Europe/Berlin"
