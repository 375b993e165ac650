"""The author's guide: its examples are sound, and it leaves out no key and no code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.authoring.toml_tables import GoShape, LabelShape, OptionShape, ReflectShape, Shape
from flows.engine.story_text import STORY_KEYS, TURN_KEYS
from flows.languages import languages
from flows.script import CATALOGUE, parse
from flows.script.schema import (
    KEYS_OF_KIND,
    BandShape,
    BlockShape,
    ComputedShape,
    ExpiresShape,
    FlowShape,
    ScheduleShape,
    ScoreShape,
    StepOfAnyKind,
)
from flows.triggers.guide import guide_row
from flows.triggers.registry import TRIGGERS

GUIDE = (Path(__file__).parents[3] / "flows" / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
TOP = """language = 1
id = "part"
title.en = "Part"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
"""


SHAPES: tuple[type[Shape], ...] = (
    FlowShape,
    ScheduleShape,
    ExpiresShape,
    StepOfAnyKind,
    OptionShape,
    LabelShape,
    ReflectShape,
    GoShape,
    BlockShape,
    ComputedShape,
    ScoreShape,
    BandShape,
)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_is_clean(number: int) -> None:
    text = EXAMPLES[number]
    whole = text if text.startswith("language") else TOP + text
    assert [str(problem) for problem in parse(whole, "guide").problems] == []


def test_every_key_is_explained() -> None:
    for shape in SHAPES:
        for key in set(shape.key_names()) - set(languages()):
            assert re.search(rf"`{key}\b", GUIDE), key


def test_every_key_stands_in_an_example() -> None:
    prose = re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)
    shown = "\n".join((*EXAMPLES, *re.findall(r"`([^`]+)`", prose)))
    for shape in SHAPES:
        for key in set(shape.key_names()) - set(languages()):
            assert re.search(rf"\b{key}\b[.\w]*( =|\])", shown), key


def test_every_kind_is_explained() -> None:
    for word in KEYS_OF_KIND:
        assert f"`{word}`" in GUIDE, word


def test_each_trigger_has_its_row_in_order() -> None:
    after = GUIDE.split("| `trigger` | it comes | its keys |\n| --- | --- | --- |\n")[1]
    rows = after.split("\n\n")[0].splitlines()
    assert rows == [guide_row(trigger) for trigger in TRIGGERS]


def test_every_code_has_its_line() -> None:
    lines = [line for line in GUIDE.splitlines() if line.startswith("| F")]
    for entry, line in zip(CATALOGUE.values(), lines, strict=True):
        assert line.startswith(f"| {entry.code} | {entry.title}")
        assert line.endswith(f"{entry.why} {entry.do} |")


def test_every_key_of_a_story_has_its_row_and_no_other() -> None:
    section = GUIDE.partition("## Stories\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    ends = section.rpartition("At the end:")[2]
    told = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    told |= set(re.findall(r"`\[?(\w+)\]?`", ends))
    assert told == {*STORY_KEYS, *TURN_KEYS} - {"turn"}


def test_the_guide_is_short() -> None:
    assert len(GUIDE.splitlines()) <= 540
