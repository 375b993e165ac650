"""The shipped flows: clean, complete in each language, and short enough to answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from time import process_time

import pytest

from flows.script import (
    AfterTherapySession,
    ChoiceStep,
    Flow,
    MessageStep,
    ScaleStep,
    Weekly,
    check_together,
    holds,
    parse,
)

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
NAMES = sorted(path.name for path in LIBRARY.glob("*.toml"))


def shipped(name: str) -> Flow:
    parsed = parse((LIBRARY / name).read_text("utf-8"), name)
    assert parsed.problems == ()
    assert parsed.flow is not None
    return parsed.flow


def taps(flow: Flow, values: Mapping[str, str]) -> list[str]:
    """The steps that take a tap where these answers are given; others are skipped by a tap."""
    given: dict[str, str | None] = {}
    for step in flow.steps:
        if step.condition and not holds(step.condition, given):
            continue
        if not isinstance(step, MessageStep):
            given[step.id] = values.get(step.id)
    return list(given)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_everything_in_every_language(name: str) -> None:
    flow = shipped(name)
    assert flow.languages == ("en", "de", "de_du")
    assert flow.default
    assert flow.id == name.removesuffix(".toml")
    for step in flow.steps:
        for words in (step.ask, *([step.help] if step.help else [])):
            assert all(words.say(language) for language in flow.languages)


@pytest.mark.parametrize("name", NAMES)
def test_it_names_its_source_and_asks_for_a_reading(name: str) -> None:
    top = (LIBRARY / name).read_text("utf-8").partition("language =")[0]
    assert "Source:" in top
    assert "no norms" in top
    assert "Have a clinician read it before release." in top


def test_mid_week_comes_on_wednesday_and_measures_no_alliance() -> None:
    flow = shipped("mid-week.toml")
    assert flow.schedule.trigger == Weekly((2,), time(18, 0))
    assert flow.schedule.on_request
    measured = [step.measures for step in flow.steps if step.measures]
    assert measured == ["week", "well", "hard", "topic"]
    assert all(step.optional for step in flow.steps if step.measures)


def test_after_session_measures_each_thing_in_order() -> None:
    flow = shipped("after-session.toml")
    assert flow.schedule.trigger == AfterTherapySession(timedelta(hours=2))
    assert [step.measures for step in flow.steps if step.measures] == [
        "alliance.bond",
        "alliance.goal",
        "alliance.task",
        "alliance.negotiation",
        "strain",
        "strain_kind",
        "strain_words",
        "strain_linger",
        "strain_talked",
        "strain_who_raises",
        "change",
    ]
    asked = [step for step in flow.steps if not isinstance(step, MessageStep)]
    assert [step.id for step in asked if not step.optional] == ["strain"]
    linger = flow.step("linger")
    assert isinstance(linger, ScaleStep)
    assert (linger.min, linger.max) == (0, 4)


def test_after_session_can_always_be_left_unsaid() -> None:
    strain = shipped("after-session.toml").step("strain")
    assert isinstance(strain, ChoiceStep)
    assert [option.id for option in strain.options] == ["no", "a_little", "yes", "rather_not_say"]


@pytest.mark.parametrize("strain", ["no", "rather_not_say"])
def test_the_quick_way_takes_at_most_eight_taps(strain: str) -> None:
    way = taps(shipped("after-session.toml"), {"strain": strain})
    assert len(way) <= 8
    assert not {"linger", "talked", "who_raises", "strain_kind", "strain_words"} & set(way)


@pytest.mark.parametrize("strain", ["a_little", "yes"])
def test_with_strain_it_takes_at_most_eleven_taps(strain: str) -> None:
    way = taps(shipped("after-session.toml"), {"strain": strain})
    assert len(way) <= 11
    assert {"linger", "talked", "who_raises", "strain_kind", "strain_words"} <= set(way)


def test_texts_for_clients_hold_no_words_of_the_rules() -> None:
    for name in NAMES:
        text = (LIBRARY / name).read_text("utf-8").partition("language =")[2].lower()
        for word in ("rupture", "withdrawal", "confrontation", "!"):
            assert word not in text.replace("alliance.", "")


def test_the_library_is_checked_in_half_a_second() -> None:
    before = process_time()
    flows = [shipped(name) for name in NAMES]
    found = check_together(flows)
    assert process_time() - before < 0.5
    assert [problem for problem in found if problem.severity == "error"] == []
