"""A story's expectations beyond its conversation: told where they fail, silent where they hold."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from flows.engine.story import run_story
from flows.engine.story_text import read_story
from flows.schedule.zones import zone
from flows.script import parse
from flows.signals.prospects import prospects

LIBRARY = Path(__file__).parents[3] / "flows" / "library"


def told(name: str, **changed: object) -> dict[str, str]:
    """Return what is said of the shipped story's flags and dates, with some of its keys changed."""
    raw = tomllib.loads((LIBRARY / "stories" / f"{name}.toml").read_text("utf-8")) | changed
    story = read_story(raw)
    flow = parse((LIBRARY / f"{story.flow_id}.toml").read_text("utf-8"), "flow").flow
    assert flow is not None
    local = zone(story.zone)
    end = run_story(story, flow, local).played[-1].check_in
    return prospects(story, flow, end, local)


def test_the_rules_of_production_speak_over_the_earlier_ratings() -> None:
    assert told("after-session-strain.de_du") == {}
    (said,) = told("after-session-strain.de_du", rated=[]).values()
    assert said.startswith("flags are ['said_so'], expected ['points', 'said_so']")


def test_a_quiet_check_in_raises_nothing() -> None:
    assert told("after-session-quick.en") == {}
    (said,) = told("after-session-quick.en", flags=["said_so"]).values()
    assert said == "flags are [], expected ['said_so']"


@pytest.mark.parametrize("name", ["mid-week-quick.en", "after-session-quick.en"])
def test_another_date_is_told(name: str) -> None:
    raw = tomllib.loads((LIBRARY / "stories" / f"{name}.toml").read_text("utf-8"))
    wrong = [raw["next"][0].replace(hour=3)]
    assert list(told(name, next=wrong)) == ["next"]
