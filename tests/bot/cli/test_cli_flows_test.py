"""``interlude flows test``: stories played, mismatches in plain sentences, coverage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.cli.flows_bench import CONFIG, Bench, set_up_bench

OWN_STORIES = Path(__file__).parents[2] / "stories"
GOOD = """about = "A short one."
flow = "mid-week"
language = "en"
zone = "Europe/Berlin"
start = 2026-11-25T18:00:00
names = { therapist = "Dr. Lee", therapist_dative = "Dr. Lee", day = "Friday" }

[[turn]]
ask = "How has your week been so far?"

[[turn]]
tap = "6"
ask = "What is one thing that went well"

[answers]
week = 6
"""


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    made = set_up_bench(tmp_path, furnished)
    (made.flows / "stories").mkdir(exist_ok=True)
    return made


def tell(bench: Bench, text: str, name: str = "one.toml") -> Path:
    path = bench.flows / "stories" / name
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_stories_pass_and_leave_nothing_untried(bench: Bench) -> None:
    """Without a path, where the settings keep the shipped library."""
    config = bench.folder / "config.toml"
    config.write_text(CONFIG.replace('directory = "flows"', ""), "utf-8")
    result = bench.run("flows", "test")
    assert result.exit_code == 0, result.output
    assert "after-session: 9 stories, 13 of 13 steps, 26 of 26 branches\n" in result.output
    assert "that no story" not in result.output


def test_stories_in_a_folder_of_their_own_find_the_flows_in_it(bench: Bench) -> None:
    result = bench.run("flows", "test", str(OWN_STORIES))
    assert result.exit_code == 0, result.output
    assert "evening: 3 stories, 8 of 8 steps" in result.output


def test_stories_lie_beside_the_flow_files(bench: Bench) -> None:
    path = tell(bench, GOOD)
    for words in ((), (str(bench.flows),), (str(bench.flows / "mid-week.toml"),), (str(path),)):
        result = bench.run("flows", "test", *words)
        assert result.exit_code == 0, result.output
        assert f"ok   {path}: A short one." in result.output
        assert "1 story, none failed" in result.output


def test_coverage_names_what_nobody_tried(bench: Bench) -> None:
    tell(bench, GOOD)
    result = bench.run("flows", "test")
    assert "mid-week: 1 story, 2 of 5 steps, 0 of 0 branches" in result.output
    assert "steps that no story comes to: hard, topic, closing" in result.output


def test_branches_are_options_and_conditions_both_ways(bench: Bench) -> None:
    wanted = ("skip", "skip", "skip", "skip", "2", "1", "skip", "skip", "skip", "skip", "skip")
    typed = "".join(f"{line}\n" for line in wanted)
    saved = str(bench.flows / "stories" / "strain.toml")
    bench.run("flows", "try", "after-session", "--save", saved, typed=typed)
    told = json.loads(bench.run("flows", "test", "--json").output)
    (coverage,) = told["coverage"]
    assert coverage["steps_missed"] == []
    missed = coverage["branches_missed"]
    assert "strain: a_little" not in missed
    assert "strain_kind: held_back" not in missed
    assert "strain_kind: asked" not in missed
    assert {"strain: yes", "strain_kind: left out", "strain_kind: tense"} <= set(missed)


def test_a_mismatch_is_a_sentence_with_its_place(bench: Bench) -> None:
    path = tell(
        bench, GOOD.replace("What is one thing", "Was war gut").replace("week = 6", "week = 5")
    )
    result = bench.run("flows", "test")
    assert result.exit_code == 1
    assert f"FAIL {path}: A short one." in result.output
    assert (
        f"{path}:11: turn 2 (tap 6) the question should contain “Was war gut that went well”, "
        "but is “What is one thing that went well, even a small one?”"
    ) in result.output
    assert f"{path}:16: at the end: week should be kept as 5, but is 6" in result.output
    assert "1 story, 1 failed" in result.output


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('tap = "6"', 'tap = "12"', "there is no button '12'"),
        ('tap = "6"', 'say = "many"', "it should be taken, but was refused (not_a_number)"),
        ('tap = "6"', 'after = "24h"', "a reminder came, which the story does not say"),
        ('tap = "6"', 'tap = "6"\nfinished = true', "the check-in should end here, but did not"),
        ('tap = "6"', 'tap = "6"\nlabels = ["x"]', "the buttons should be x, but are none"),
        ('tap = "6"', 'tap = "6"\nlead = "Hm"', "should contain “Hm”, but there is none"),
        ('tap = "6"', 'tap = "6"\nrefused = "too_long"', "refused (too_long), but was taken"),
        ("week = 6", 'well = "x"', "week is kept as 6, which [answers] does not say"),
        ("week = 6", 'well = "x"', "well should be kept as 'x', but has no answer"),
        ('flow = "mid-week"', 'flow = "mid-wek"', "there is no flow file"),
        ('language = "en"', 'language = "fr"', "language is 'fr'"),
        ('zone = "Europe/Berlin"', 'zone = "Berlin"', "There is no time zone 'Berlin'"),
        ("2026-11-25T18:00:00", '"now"', "start must be a local date and time"),
        ('tap = "6"', 'tab = "6"', "turn 2 has no key `tab`. Did you mean `tap`?"),
        ('tap = "6"', "tap = 6'", "The quote before this text is missing."),
    ],
)
def test_whatever_is_wrong_with_a_story_is_said(
    bench: Bench, before: str, after: str, said: str
) -> None:
    assert before in GOOD
    tell(bench, GOOD.replace(before, after, 1))
    tell(bench, GOOD, "two.toml")
    result = bench.run("flows", "test")
    assert result.exit_code == 1
    assert said in result.output
    assert "2 stories, 1 failed" in result.output


def test_a_broken_flow_fails_its_stories(bench: Bench) -> None:
    tell(bench, GOOD)
    bench.edit("mid-week", 'kind = "scale"', 'kind = "skale"')
    result = bench.run("flows", "test")
    assert result.exit_code == 1
    assert "the flow is broken: " in result.output
    assert "F013" in result.output


def test_json_holds_stories_and_coverage(bench: Bench) -> None:
    path = tell(bench, GOOD.replace('tap = "6"', 'tap = "12"'))
    result = bench.run("flows", "test", "--json")
    told = json.loads(result.output)
    assert result.exit_code == 1
    assert told["passed"] is False
    (story,) = told["stories"]
    assert story["path"] == str(path)
    assert story["mismatches"][0]["turn"] == 2
    assert story["mismatches"][0]["line"] == 11
    assert told["coverage"][0]["steps_missed"]


def test_no_story_at_all_is_a_matter_of_usage(bench: Bench) -> None:
    result = bench.run("flows", "test")
    assert result.exit_code == 2
    assert "no stories here" in result.stderr
