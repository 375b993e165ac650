"""Texts about a possible strain, worded so that the client could read them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from bot.texts import FOLDER

THEORY = (
    "ruptur",
    "withdraw",
    "confront",
    "konfront",
    "allianz",
    "alliance",
    "resistan",
    "widerst",
)
DIAGNOSIS = (
    "diagnos",
    "symptom",
    "disorder",
    "störung",
    "patholog",
    "depress",
    "abnorm",
    "patient",
)
BLAME = (
    *("fault", "blam", "guilt", "refus", "fail", "neglect", "problem", "complian", "difficult"),
    *("schuld", "vorwurf", "versag", "weiger", "versäum", "uneinsicht", "schwierig", "rückzug"),
)
FILES = [path for path in sorted(FOLDER.glob("*.toml")) if path.name.startswith("digest.")]


def sentences(table: dict[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Each built-in text of a file with its key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from sentences(value, f"{place}{key}.")
        else:
            yield f"{place}{key}", value


@pytest.mark.promise("P7d")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sentence_of_the_digest_names_a_theory_a_diagnosis_or_a_blame(path: Any) -> None:
    texts = dict(sentences(tomllib.loads(path.read_text("utf-8"))))
    assert {"heading.said_so", "heading.possible", "said.yes", "kind.went_along"} <= texts.keys()
    assert [
        (key, word)
        for key, text in texts.items()
        for word in (*THEORY, *DIAGNOSIS, *BLAME)
        if word in text.casefold()
    ] == []
