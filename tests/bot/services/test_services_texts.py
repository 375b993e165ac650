"""The built-in texts for clients and therapists: their size, their words, their address."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import texts
from bot.chat.transport import TOAST_LIMIT
from flows.engine.cut import length

FOLDER = Path(texts.__file__).parent
FILES = sorted([*FOLDER.glob("client.*.toml"), *FOLDER.glob("staff.*.toml")])
JARGON = re.compile(
    r"rupture|withdrawal|confrontation|alliance|enrol|occurrence|instrument|session_|Allianz|Ruptur",
    re.IGNORECASE,
)
SIE = re.compile(r"\b(Sie|Ihr|Ihre|Ihren|Ihrer|Ihnen)\b")
DU = re.compile(r"\b(du|dich|dir|dein|deine|deinen|deiner)\b", re.IGNORECASE)


def said(path: Path) -> dict[str, str]:
    """Every text of a file, those of tables and plural forms too."""
    return dict(_texts(tomllib.loads(path.read_text("utf-8"))))


def _texts(table: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            yield from _texts(value, f"{name}.")
        else:
            yield name, value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_text_is_calm_plain_and_fits(path: Path) -> None:
    for key, text in said(path).items():
        assert "!" not in text, key
        assert not JARGON.search(text), key
        assert length(text) <= 3000, key
        if key.startswith("toast_"):
            assert length(text) <= TOAST_LIMIT, key
        if key.startswith("button_"):
            assert length(text) <= 40, key


def test_each_german_text_keeps_its_address() -> None:
    du = said(FOLDER / "client.de_du.toml")
    sie = said(FOLDER / "client.de.toml")
    for key, text in du.items():
        assert not re.search(r"\b(Ihr|Ihre|Ihren|Ihrer|Ihnen)\b", text), key
        assert text != sie[key], key
    for key, text in sie.items():
        assert not DU.search(text), key
        # what addresses a client must have its own du; the rest is shared
        if key not in du and not key.startswith("stranger"):
            assert not re.search(r"\b(Ihr|Ihre|Ihren|Ihrer|Ihnen)\b|\w+en Sie\b", text), key


@pytest.mark.promise("P4b")
@pytest.mark.promise("P4c")
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_card_says_that_nobody_watches_and_whether_anybody_was_told(language: str) -> None:
    texts_of = said(FOLDER / f"client.{language}.toml")
    watched = {"en": "Nobody watches this chat", "de": "Niemand schaut in diesen Chat"}
    told = {"en": "No message was sent", "de": "Es ging an niemanden eine Nachricht"}
    assert watched[language] in texts_of["crisis_text"]
    assert texts_of["told_nobody"].startswith(told[language])
