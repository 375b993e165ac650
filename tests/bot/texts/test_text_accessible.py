"""The promises of ``docs/accessibility.md`` about texts: nothing is said by a sign alone."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
FILES = sorted(
    path
    for folder in ("bot/texts", "flows/library")
    for path in (ROOT / folder).glob("*.toml")
    if not path.name.startswith("schedule")  # read on a terminal, by admins
)
BESIDE_WORDS = {"✓", "▪", "▸"}
"""Signs that stand before words which say the same."""


def texts(value: Any) -> Iterator[str]:
    """Every text in a file, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def signs(text: str) -> set[str]:
    """The pictures and symbols in a text, emoji among them."""
    return {sign for sign in text if unicodedata.category(sign) in ("So", "Sk", "Cs")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_sign_stands_in_the_place_of_words(file: Path) -> None:
    for text in texts(tomllib.loads(file.read_text("utf-8"))):
        assert signs(text) <= BESIDE_WORDS, text
        for sign in BESIDE_WORDS & set(text):
            assert re.search(rf"{sign} [\w{{“„]", text), f"nothing is said beside {sign}: {text}"


def test_every_place_that_the_page_names_is_there() -> None:
    page = (ROOT / "docs" / "accessibility.md").read_text("utf-8")
    named = re.findall(r"`((?:tests|flows)/[\w./-]+)`", page)
    assert len(named) > 6
    assert [place for place in named if not (ROOT / place).exists()] == []
