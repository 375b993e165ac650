"""What is suggested for @BotFather tells nobody of therapy and keeps to Telegram's limits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.setting_up.at_telegram import NAME
from bot.texts import shipped
from bot.texts.keys import ClientKey
from flows.languages import BASE, tongues

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "botfather.md").read_text("utf-8")
TELLING = re.compile(
    r"therap|psych|session|clinic|practice|counsel|mental|health"
    r"|sitzung|klinik|praxis|beratung|gesund|seel",
    re.IGNORECASE,
)
MOST = {"/newbot": 64, "/setdescription": 512, "/setabouttext": 120}
KEYS: dict[str, ClientKey] = {
    "/setdescription": "at_telegram.description",
    "/setabouttext": "at_telegram.short_description",
}


def suggested(command: str) -> str:
    """The example that the page gives for a command of @BotFather."""
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{command}`"))
    return re.findall(r"`([^`]+)`", row.split("|")[2])[0]


@pytest.mark.parametrize("command", MOST)
def test_what_is_suggested_tells_nobody_of_therapy(command: str) -> None:
    text = suggested(command)
    assert TELLING.search(text) is None
    assert 0 < len(text) <= MOST[command]


def test_the_page_and_init_say_the_same() -> None:
    assert suggested("/newbot") == NAME
    for command, key in KEYS.items():
        assert suggested(command) == shipped().client(BASE, key)


@pytest.mark.parametrize("command", KEYS)
def test_what_init_sets_tells_nobody_of_therapy_in_any_language(command: str) -> None:
    for tongue in tongues():
        text = shipped().client(tongue.plain, KEYS[command])
        assert TELLING.search(text) is None and 0 < len(text) <= MOST[command]


def test_the_picture_of_the_page_is_there_and_small() -> None:
    (named,) = set(re.findall(r"\]\((\S+\.png)\)", PAGE))
    picture = (DOCS / named).read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) < 10_000
    sides = [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)]
    assert sides[0] == sides[1] >= 512
