"""Examples and rules as files: complete, well formed, extended by a practice, never weakened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import bot.own_screen
from bot.own_screen import OwnScreen, encoder
from flows.safety import Screen
from flows.safety.examples import CRISIS, HARMLESS, TWIN, read_examples, shipped_examples
from flows.safety.extending import extended
from flows.safety.learnt import fingerprint, shipped_learnt
from flows.safety.rules import shipped_rules
from flows.safety.trial import Tried, held_out, interval, shares

LANGUAGES = ("en", "de", "es", "fr", "ru")
MISSED = "The lighthouse is calling me home for good tonight"
LOOK_ALIKE = "The lighthouse cafe is calling me back for cake tonight"
OWN = f"""
[[crisis]]
id = "own-1"
kind = "farewell"
text = "{MISSED}"
twin = "{LOOK_ALIKE}"
"""
WEAKENING = """
[[harmless]]
id = "own-2"
kind = "hyperbole"
text = "I want to die"

[[harmless]]
id = "own-3"
kind = "hyperbole"
text = "I wish I was dead"
"""


def practice(folder: Path, text: str) -> OwnScreen:
    """The screen of a practice with this file of English examples."""
    (folder / "en.toml").write_text(text, "utf-8")
    return OwnScreen(folder)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_case_in_every_language(language: str) -> None:
    kinds = {one.kind for one in shipped_examples() if one.language == language}
    assert {*CRISIS, *HARMLESS} - kinds <= {"other"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_texts_of_a_crisis_have_a_harmless_twin(language: str) -> None:
    ids = {one.id for one in shipped_examples() if one.language == language}
    crisis = [one for one in shipped_examples() if one.language == language and one.is_crisis]
    assert sum(one.id + TWIN in ids for one in crisis) >= len(crisis) / 4


def test_what_was_learnt_belongs_to_the_examples_and_rules() -> None:
    assert shipped_learnt().fingerprint == fingerprint()


def test_ids_of_rules_are_their_own() -> None:
    ids = [rule.id for rule in shipped_rules().all]
    assert len(ids) == len(set(ids))
    assert {one.partition(".")[0] for one in ids} == set(LANGUAGES)


def test_a_practice_adds_a_missed_sentence_and_its_look_alike(
    screen: Screen, tmp_path: Path
) -> None:
    assert screen.judge(MISSED).risk in ("none", "maybe")
    own = practice(tmp_path, OWN)
    assert own.state().problems == ()
    assert own.judge(MISSED).risk == "likely"
    assert "own-1" in own.judge(MISSED).nearest
    assert own.judge(LOOK_ALIKE).risk in ("none", "maybe")
    assert own.judge("Good week, a little tired.").risk == "none"


def test_what_would_lose_a_direct_wish_is_left_out_and_said(tmp_path: Path) -> None:
    own = practice(tmp_path, OWN + WEAKENING)
    problems = "\n".join(own.state().problems)
    assert "own-2" in problems or "own-3" in problems
    assert str(tmp_path) in problems
    assert "leave it out" in problems
    assert own.judge("I want to die").risk == "explicit"


def test_a_file_with_mistakes_is_left_out_with_the_place_of_each(tmp_path: Path) -> None:
    text = '[[crisis]]\nid = "x-1"\nkind = "gloom"\ntext = "…"\n[[harmless]]\nid = "x-2"\n'
    problems = practice(tmp_path, text).state().problems
    assert any("en.toml, crisis 1: there is no kind gloom" in one for one in problems)
    assert any("en.toml, harmless 1: it needs text" in one for one in problems)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('twin_kind = "gloom"', "there is no harmless kind gloom"),
        ("twin = 3", "twin is words in quotes"),
        ('tone = "low"', "there is no field tone"),
    ],
)
def test_each_mistake_in_an_example_is_named(more: str, says: str) -> None:
    read = read_examples(f'[[crisis]]\nid = "x"\nkind = "farewell"\ntext = "…"\n{more}', "en", "f")
    assert isinstance(read, list) and len(read) == 1
    assert says in str(read[0])


def test_without_examples_or_an_ear_a_screen_stays_as_it_is(screen: Screen) -> None:
    (example, *_) = shipped_examples()
    assert extended(screen, ()) is screen
    rules_alone = replace(screen, ear=None)
    assert extended(rules_alone, [example]) is rules_alone


def test_an_id_stands_once() -> None:
    read = read_examples(OWN, "en", "en.toml", ["own-1"])
    assert isinstance(read, list)
    assert "own-1" in str(read[0])


def test_where_the_extra_is_missing_the_state_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.own_screen, "PACKAGES", ("not_installed_anywhere",))
    screen = OwnScreen()
    assert not screen.state().is_whole
    assert "by rules alone" in screen.state().says
    assert screen.judge("I want to die").risk == "explicit"


def test_a_trial_judges_each_hand_by_the_others(screen: Screen) -> None:
    some = [one for one in shipped_examples() if one.language == "en"][:300:5]
    others = [one for one in shipped_examples() if one.language == "de"][:300:5]
    mixed = [*some, *others]
    tried = held_out(screen, mixed, encoder())
    assert sorted(one.example.id for one in tried) == sorted(one.id for one in mixed)


def test_shares_are_told_by_language_and_kind() -> None:
    crisis = [one for one in shipped_examples() if one.is_crisis and one.language == "ru"][:4]
    lines = [str(one) for one in shares([Tried(one, "likely") for one in crisis])]
    assert any(line.startswith("crisis, ru") and "card 4 of 4" in line for line in lines)


def test_intervals_are_those_of_wilson() -> None:
    low, high = interval(50, 60)
    assert (round(low, 3), round(high, 3)) == (0.72, 0.907)
    assert interval(0, 0) == (0.0, 1.0)
