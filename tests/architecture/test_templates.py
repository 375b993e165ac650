"""The templates in docs/templates: in each language, and naming only what the chat has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "templates"
ENTRIES = ROOT / "bot" / "services" / "arriving" / "entries"
INDEX = (FOLDER / "README.md").read_text("utf-8")
PAPERS = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.*.md")}
LANGUAGES = ("en", "de")
OF_BOTFATHER = {"revoke"}
BLANK = re.compile(r"\[[^\]a-z]+\](?!\()")
"""A place that the practice fills in."""


def kinds() -> set[str]:
    """The papers, whatever their language."""
    return {name.split(".")[0] for name in PAPERS}


def test_each_paper_is_there_in_each_language_and_listed() -> None:
    assert len(kinds()) == 5
    for kind in kinds():
        for language in LANGUAGES:
            assert f"({kind}.{language}.md)" in INDEX


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_places_to_fill_in_and_names_commands_that_exist(name: str) -> None:
    text = PAPERS[name]
    assert BLANK.search(text)
    known = {
        found
        for path in ENTRIES.glob("*.py")
        for found in re.findall(r'Command\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    named = set(re.findall(r"(?<![\w/.)])/([a-z]{4,})\b", text))
    assert named - known - OF_BOTFATHER == set()


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_both_languages_name_the_same_commands(kind: str) -> None:
    found = [
        set(re.findall(r"(?<![\w/.)])/([a-z]{4,})\b", PAPERS[f"{kind}.{language}.md"]))
        for language in LANGUAGES
    ]
    assert found[0] == found[1]


def test_it_is_said_once_that_this_is_no_legal_advice() -> None:
    everything = INDEX + "".join(PAPERS.values())
    assert len(re.findall("legal advice|Rechtsberatung", everything)) == 1
    assert "covered by HIPAA" in INDEX


def test_links_and_the_setting_lead_somewhere() -> None:
    for text in (INDEX, *PAPERS.values()):
        targets = re.findall(r"\]\((?!https:)([^)#]+)\)", text)
        assert [each for each in targets if not (FOLDER / each).exists()] == []
    assert "practice.privacy_url" in INDEX and Settings().practice.privacy_url == ""
