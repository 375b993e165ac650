"""The names of built-in texts: known to the type checker, chosen for every value, and all used."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import pytest

from bot.report import choices
from bot.services.care import client_line
from bot.services.check_in import prompt_message
from bot.services.digest import acknowledging, shown_digests
from bot.services.planning import outlook, own_times
from bot.services.therapy_sessions import recording
from bot.texts import generate, keys, shipped
from flows.kinds.registry import BY_NAME
from flows.languages import BASE
from flows.schedule.explain import Key, NotSent, sentence_key
from flows.schedule.projection import Verdict
from flows.schedule.wishes import WishRefusal
from flows.signals.flags import ACKNOWLEDGEMENTS, ENDED, FLAG_STATES, WAITING
from flows.triggers.registry import TRIGGERS
from storage.alarms import KINDS
from storage.cares import STATES

ROOT = Path(__file__).parents[3]
REFUSALS = {"empty", "too_long", "wrong_kind"} | {
    refusal for kind in BY_NAME.values() for sample in kind.samples for _, refusal in sample.refused
}
OWN_TIMES = {"weekly", "daily", "every"}


def test_the_names_are_those_of_the_texts() -> None:
    """`python -m bot.texts.generate` writes them anew."""
    assert generate.KEYS.read_text("utf-8") == generate.module(shipped())


def test_they_are_written_anew_where_the_module_cannot_be_read(tmp_path: Path) -> None:
    """After a merge that left its marks in it."""
    shutil.copytree(ROOT / "bot" / "texts", tmp_path / "bot" / "texts")
    (tmp_path / "bot" / "__init__.py").touch()
    written = tmp_path / "bot" / "texts" / "keys.py"
    written.write_text("<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    command = [sys.executable, "-m", "bot.texts.generate"]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    assert written.read_text("utf-8") == generate.KEYS.read_text("utf-8")


@pytest.mark.parametrize(
    ("chosen", "values"),
    [
        (own_times.REFUSED, get_args(WishRefusal)),
        (own_times.COMES, OWN_TIMES),
        (outlook.RULES, (trigger.name for trigger in TRIGGERS)),
        (outlook.LINES, get_args(Verdict)),
        (client_line.LINES, (*STATES, "paused", "unreachable")),
        (
            recording.RECORDED,
            ((state, due) for state in get_args(recording.Recorded) for due in (True, False)),
        ),
        (acknowledging.BUTTONS, ACKNOWLEDGEMENTS),
        (shown_digests.NOTED, ACKNOWLEDGEMENTS),
        (choices.NOTED, set(FLAG_STATES) - {"open", "stale"}),
        (choices.STILL, WAITING),
        (choices.SETTLED, ENDED | {"talked_settled"}),
    ],
)
def test_every_value_has_a_text(chosen: Mapping[object, str], values: Iterable[object]) -> None:
    assert set(chosen) == set(values)


def test_every_refusal_of_a_kind_has_a_text() -> None:
    assert set(prompt_message.REFUSED) >= REFUSALS


def test_every_explanation_has_a_text() -> None:
    wanted = {*get_args(Key), *map(sentence_key, get_args(NotSent))}
    assert wanted <= set(get_args(keys.ScheduleKey))


PAGE = "\n".join(
    path.read_text("utf-8")
    for path in sorted((ROOT / "bot/page/assets").iterdir())
    if path.suffix in (".js", ".html")
)
BUILT = [
    re.sub(r"\\\$\\\{.*?\\\}", r"\\w+", re.escape(each))
    for each in re.findall(r"`([\w${}.]+)`", PAGE)
]


def is_named(key: str) -> bool:
    """A page says the text under this key, whole or put together."""
    return f'"{key}"' in PAGE or any(re.fullmatch(each, key) for each in BUILT)


def test_no_text_is_there_that_nothing_says() -> None:
    named = {sentence_key(reason) for reason in get_args(NotSent)}
    named |= {f"{area}.{kind}" for area in ("alarm", "alarm_over") for kind in KINDS}
    for package in ("bot", "flows"):
        for path in (ROOT / package).rglob("*.py"):
            if path != generate.KEYS:
                tree = ast.parse(path.read_text("utf-8"))
                named |= {
                    node.value
                    for node in ast.walk(tree)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                }
    unused = [key for key in shipped().written(BASE) if key.partition(".")[2] not in named]
    assert [key for key in unused if not is_named(key.removeprefix("page."))] == []


def test_every_text_that_a_page_names_is_there() -> None:
    written = {re.sub(r"^(page|demo)\.", "", key) for key in shipped().written(BASE)}
    named = set(re.findall(r'(?:\bt\(|counted\(|data-t=|data-label=)"(\w+)"', PAGE))
    assert len(named) > 50
    assert named - written == set()
