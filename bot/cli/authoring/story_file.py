"""A tried conversation as a story file: what was done, and all that came of it, as expectations.

Used by ``interlude flows try --save``. The file is read again by ``flows.engine.story_text``; it is
meant to be kept beside the flow, edited by hand and read aloud.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields

from bot.cli.authoring.mismatches import scores_of
from flows.engine.check_in import CheckIn
from flows.engine.story import Played, StoryResult
from flows.engine.story_text import Action, Outcome, Story
from flows.schedule.local_time import wall_at
from flows.schedule.zones import zone

UNTOLD = ("given",)
"""The keys that a story leaves out unless an author adds it: the runner takes it as it comes."""


def written(story: Story, result: StoryResult) -> str:
    """The TOML of a story that passes as long as the flow behaves as it did just now."""
    lines = [*_top(story), *_end(result.played[-1].check_in)]
    for turn, played in zip(story.turns, result.played, strict=True):
        lines += ["", "[[turn]]", *_deed(turn.action), *_outcome(played)]
    lines += ["", "[answers]", *_answers(result.played[-1].check_in)]
    scores = scores_of(result)
    if scores:
        lines += ["", "[scores]", *(f"{key} = {_value(value)}" for key, value in scores.items())]
    return "\n".join(lines) + "\n"


def _top(story: Story) -> Iterator[str]:
    yield f"about = {_value(story.about)}"
    yield f"flow = {_value(story.flow_id)}"
    yield f"language = {_value(story.language)}"
    yield f"zone = {_value(story.zone)}"
    yield f"start = {wall_at(story.starts_at, zone(story.zone)).isoformat(timespec='seconds')}"
    names = ", ".join(f"{key} = {_value(name)}" for key, name in story.names.by_placeholder)
    yield f"names = {{ {names} }}"
    yield from _outside(story)
    if story.seed:
        yield f"seed = {story.seed}"


def _outside(story: Story) -> Iterator[str]:
    """Return what the check-in knew from before: earlier answers, goals, topics."""
    if story.names.past:
        past = ", ".join(f"{_value(key)} = {_value(value)}" for key, value in story.names.past)
        yield f"past = {{ {past} }}"
    for key, own in (("goals", story.names.goals), ("topics", story.names.topics)):
        if own:
            yield f"{key} = {_value(own)}"


def _end(check_in: CheckIn) -> Iterator[str]:
    declined = [answer.step_id for answer in check_in.answers if answer.declined]
    off_path = [answer.step_id for answer in check_in.answers if answer.off_path]
    for key, step_ids in (("declined", declined), ("off_path", off_path)):
        if step_ids:
            yield f"{key} = {_value(step_ids)}"


def _deed(action: Action) -> Iterator[str]:
    if action.kind == "start":
        return
    yield f"{action.kind} = {_value(action.words) if action.words else 'true'}"
    if action.of_turn is not None:
        yield f"of_turn = {action.of_turn}"


def _outcome(played: Played) -> Iterator[str]:
    nothing = Outcome()
    for field in fields(Outcome):
        seen = getattr(played.seen, field.name)
        if field.name not in UNTOLD and seen != getattr(nothing, field.name) and seen != "":
            yield f"{field.name} = {_value(seen)}"


def _answers(check_in: CheckIn) -> Iterator[str]:
    for answer in check_in.answers:
        if answer.value is not None:
            yield f"{_key(answer.step_id)} = {_value(answer.value)}"


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() else _value(name)


def _value(value: object) -> str:
    """A TOML value. JSON writes the same strings, numbers, booleans and lists, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
