"""Stories played against the flow files they are about: mismatches with their places, coverage.

Used by ``interlude flows test``. Whatever keeps a story from being played is a mismatch of it, so
that one broken story does not hide what the others say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli.authoring.coverage import Coverage
from bot.cli.authoring.file_arguments import read, read_sources, shown
from bot.cli.authoring.mismatches import outcome_sentences, scores_of, stored_sentences
from bot.services.flow_files.sources import read_each
from flows.engine.story import StoryResult, run_story
from flows.engine.story_text import Story, StoryError, read_story, unknown_keys
from flows.schedule.zones import UnknownZoneError, zone
from flows.script import PackText
from flows.script.flow import Flow
from flows.script.places import Places
from flows.script.problems import Problem
from flows.script.reading import Document
from flows.script.reading import read as read_toml
from flows.signals.prospects import prospects


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that went otherwise than a story says, and where the story says it."""

    line: int
    turn: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Told:
    """One story file after it was played."""

    path: str
    about: str
    flow_id: str
    mismatches: tuple[Mismatch, ...]


def _document(file: Path) -> Document | Problem:
    text = read(file)
    return text if isinstance(text, Problem) else read_toml(text)


def keys_of(file: Path) -> dict[str, Any]:
    """The top of a TOML file; empty where it is none, which is told when it is played."""
    document = _document(file)
    return {} if isinstance(document, Problem) else document.value


class Bench:
    """The flows that stories are played against, read once each, and their coverage."""

    def __init__(
        self, library: Path, packs: Mapping[str, PackText], folder: Path | None = None
    ) -> None:
        self.coverage: dict[Path, Coverage] = {}
        self._folders = () if folder is None else (folder,)
        self._library = library
        self._packs = packs
        self._flows: dict[Path, Flow | str] = {}

    def play(self, file: Path) -> Told:
        """Play one story file; whatever keeps it from being played is a mismatch."""
        path = shown(file)
        document = _document(file)
        if isinstance(document, Problem):
            mismatch = Mismatch(document.line, None, f"{document.message} {document.hint}")
            return Told(path, "", "", (mismatch,))
        about, flow_id = (str(document.value.get(key, "")) for key in ("about", "flow"))
        found = self._mismatches(file, document.value, document.places)
        return Told(path, about, flow_id, tuple(found))

    def _mismatches(self, file: Path, raw: dict[str, Any], places: Places) -> list[Mismatch]:
        story = _read_story(raw)
        if not isinstance(story, Story):
            return [Mismatch(places.of_key(one.loc)[0], None, str(one)) for one in story]
        flow_file = self._flow_file(file, story.flow_id)
        flow = self._flow(flow_file)
        if isinstance(flow, str):
            return [Mismatch(places.of_value(("flow",))[0], None, flow)]
        if story.language not in flow.languages:
            said = f"{flow.id} is not written in {story.language}"
            return [Mismatch(places.of_value(("language",))[0], None, said)]
        result = run_story(story, flow, zone(story.zone))
        self.coverage.setdefault(flow_file, Coverage(flow)).add(result)
        found = _compared(story, result, places)
        local = zone(story.zone)
        for key, said in prospects(story, flow, result.played[-1].check_in, local).items():
            found.append(Mismatch(places.of_value((key,))[0], None, f"at the end: {said}"))
        return found

    def _flow_file(self, story_file: Path, flow_id: str) -> Path:
        here = story_file.resolve().parent
        folders = (*self._folders, here.parent, here, here / "flows")
        near = (folder / f"{flow_id}.toml" for folder in folders)
        return next((f for f in near if f.is_file()), self._library / f"{flow_id}.toml")

    def _flow(self, file: Path) -> Flow | str:
        """The flow of a file, or a sentence that says why there is none."""
        if file not in self._flows:
            self._flows[file] = _read_flow(file, self._packs)
        return self._flows[file]


def _read_flow(file: Path, packs: Mapping[str, PackText]) -> Flow | str:
    if not file.is_file():
        return f"there is no flow file {shown(file)}"
    checked = read_each(read_sources([file]), packs)
    if not checked.flows:
        first = next(p for p in checked.problems if p.severity == "error")
        return f"the flow is broken: {first}"
    return checked.flows[0][0]


def _read_story(raw: dict[str, Any]) -> Story | list[StoryError]:
    """The story, or what keeps it from being read."""
    if "start" in raw and not isinstance(raw["start"], datetime):
        said = "start must be a local date and time without quotes: start = 2026-11-25T18:00:00"
        return [StoryError(said, ("start",))]
    turns = raw.get("turn", [])
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        said = "turn must be a list of tables: begin each turn with a line [[turn]]"
        return [StoryError(said, ("turn",))]
    unknown = list(unknown_keys(raw))
    if unknown:
        return unknown
    try:
        story = read_story(raw)
        zone(story.zone)
    except StoryError as error:
        return [error]
    except UnknownZoneError as error:
        return [StoryError(str(error), ("zone",))]
    return story


def _compared(story: Story, result: StoryResult, places: Places) -> list[Mismatch]:
    found = []
    for number, (turn, played) in enumerate(zip(story.turns, result.played, strict=True)):
        missing = [f"{played.missing}"] if played.missing else []
        sentences = missing or outcome_sentences(turn.expected, played.seen)
        line = places.of_value(("turn", number))[0]
        found += [Mismatch(line, number + 1, f"({turn.action}) {said}") for said in sentences]
    line = places.of_value(("answers",))[0]
    stored = stored_sentences(story.stored, result.played[-1].check_in, scores_of(result))
    return [*found, *(Mismatch(line, None, f"at the end: {said}") for said in stored)]
