"""Every story: those that are shipped beside the library, and those of flows made for the tests."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from flows.engine.story import run_story
from flows.engine.story_text import read_story
from flows.schedule.zones import zone
from flows.script import Flow, parse
from flows.signals.prospects import prospects

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "flows" / "library"
OWN = HERE / "flows"
SHIPPED = sorted((LIBRARY / "stories").glob("*.toml"))
STORIES = [*SHIPPED, *sorted(HERE.glob("*.toml"))]


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
    flow, local = flow_of(story.flow_id), zone(story.zone)
    result = run_story(story, flow, local)
    assert result.passed, "\n".join((*result.mismatches, "", *result.transcript))
    assert prospects(story, flow, result.played[-1].check_in, local) == {}


def test_only_stories_of_shipped_flows_are_shipped() -> None:
    about = {tomllib.loads(path.read_text("utf-8"))["flow"] for path in SHIPPED}
    assert about == {path.stem for path in LIBRARY.glob("*.toml")}


@pytest.mark.parametrize("path", sorted(OWN.glob("*.toml")), ids=lambda path: path.stem)
def test_the_flows_made_for_the_stories_are_sound(path: Path) -> None:
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    assert list(map(str, parsed.problems)) == []
