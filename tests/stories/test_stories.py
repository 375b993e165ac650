"""Every story of this folder, played against the shipped flows, or those made for the tests."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from flows.engine.story import run_story
from flows.engine.story_text import read_story
from flows.schedule.zones import zone
from flows.script import Flow, parse

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "flows" / "library"
OWN = HERE / "flows"
STORIES = sorted(HERE.glob("*.toml"))


def flow_of(flow_id: str) -> Flow:
    """The flow of that id from the library, else from the folder beside the stories."""
    paths = (folder / f"{flow_id}.toml" for folder in (LIBRARY, OWN))
    path = next(path for path in paths if path.exists())
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    assert parsed.flow is not None, parsed.problems
    return parsed.flow


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story_goes_as_written(path: Path) -> None:
    story = read_story(tomllib.loads(path.read_text(encoding="utf-8")))
    result = run_story(story, flow_of(story.flow_id), zone(story.zone))
    assert result.passed, "\n".join((*result.mismatches, "", *result.transcript))


@pytest.mark.parametrize("flow_id", ["mid-week", "after-session"])
def test_each_shipped_flow_has_a_story_in_each_language(flow_id: str) -> None:
    told = [read_story(tomllib.loads(path.read_text(encoding="utf-8"))) for path in STORIES]
    languages = {story.language for story in told if story.flow_id == flow_id}
    assert languages == set(flow_of(flow_id).languages)


@pytest.mark.parametrize("path", sorted(OWN.glob("*.toml")), ids=lambda path: path.stem)
def test_the_flows_made_for_the_stories_are_sound(path: Path) -> None:
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    assert list(map(str, parsed.problems)) == []
