"""The catalogue of built-in texts: complete, and filled in as written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.texts import Texts, shipped
from tests.support.tongues import only_spoken

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

EN = """
hello = "Hello {name}"
due = "On {at:EEEE d MMMM, HH:mm}"
day = "On {on:EEEE}"
level = "{rating:0.0}"
plain = "{port}"
[deep.er]
text = "Below"
[left]
"=0" = "Nothing left."
one = "One left for {name}."
other = "{count} left for {name}."
"""
DE = """
hello = "Guten Tag {name}"
due = "Am {at:EEEE, d. MMMM, HH:mm}"
day = "Am {on:EEEE}"
level = "{rating:0.0}"
plain = "{port}"
[deep.er]
text = "Darunter"
[left]
one = "Noch eine für {name}."
other = "Noch {count} für {name}."
"""


def catalogue(folder: Path, **files: str) -> Texts:
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}.toml").write_text(text, "utf-8")
    return Texts(folder)


@pytest.fixture(autouse=True)
def two_languages(request: pytest.FixtureRequest) -> Iterator[None]:
    """English and German, whatever has been added to Interlude since; but for what is shipped."""
    if "shipped" in request.node.name:
        yield
        return
    with only_spoken("en", "de"):
        yield


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    return catalogue(tmp_path, chat__en=EN, chat__de=DE, chat__de_du='hello = "Hallo {name}"')


def test_the_shipped_texts_are_complete() -> None:
    assert shipped().problems() == []


def test_du_falls_back_to_sie_key_by_key(texts: Texts) -> None:
    assert texts.say("de_du", "chat.hello", name="Kim") == "Hallo Kim"
    assert texts.say("de_du", "chat.deep.er.text") == "Darunter"
    assert texts.say("de", "chat.hello", name="Kim") == "Guten Tag Kim"
    assert texts.problems() == []


def test_values_are_inserted_as_they_are(texts: Texts) -> None:
    assert texts.say("en", "chat.hello", name="<b>{at}</b> & co") == "Hello <b>{at}</b> & co"
    assert texts.say("en", "chat.plain", port=8080) == "8080"


def test_dates_and_numbers_follow_the_language_and_the_zone(texts: Texts) -> None:
    assert texts.say("en", "chat.due", zone=BERLIN, at=AT) == "On Monday 23 November, 00:30"
    assert texts.say("de_du", "chat.due", zone=BERLIN, at=AT) == "Am Montag, 23. November, 00:30"
    assert texts.say("de", "chat.day", on=date(2026, 11, 22)) == "Am Sonntag"
    assert texts.say("de", "chat.level", rating=6.25) == "6,2"


def test_plurals_take_the_exact_form_first(texts: Texts) -> None:
    said = [texts.say("en", "chat.left", count=count, name="Kim") for count in (0, 1, 2)]
    assert said == ["Nothing left.", "One left for Kim.", "2 left for Kim."]
    assert texts.say("de", "chat.left", count=0, name="Kim") == "Noch 0 für Kim."


def test_what_cannot_be_said_is_an_error(texts: Texts) -> None:
    with pytest.raises(KeyError):
        texts.say("en", "chat.unknown")
    with pytest.raises(KeyError):
        texts.say("en", "chat.hello")
    with pytest.raises(ValueError, match="zone"):
        texts.say("en", "chat.due", at=AT)


@pytest.mark.parametrize("text", ["{name.__class__}", "{name[0]}", "{name!r}"])
def test_a_text_reaches_plain_names_only(tmp_path: Path, text: str) -> None:
    broken = catalogue(tmp_path, chat__en=f'a = "{text}"')
    with pytest.raises(ValueError, match="not"):
        broken.say("en", "chat.a", name="Kim")


def test_every_problem_is_listed(tmp_path: Path) -> None:
    broken = catalogue(
        tmp_path,
        chat__en='a = "{x}"\nb = "B"\n[c]\none = "1"\nother = "{count}"',
        chat__de='a = "{y}"\nd = "D"\n[c]\nother = "{count}"',
        people__en='a = "A"',
    )
    assert broken.problems() == [
        "people.de.toml is missing",
        "de: chat.d is not in en",
        "de: chat.b is missing",
        "de: people.a is missing",
        "de: chat.a uses ['y'], en uses ['x']",
        "de: chat.c lacks the plural forms ['one']",
    ]


def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"chat\.a is neither"):
        catalogue(tmp_path, chat__en="a = 1")
