"""What collects a client's words cannot be forwarded or saved; what is to be passed on can be."""

from __future__ import annotations

import re
from pathlib import Path

from bot.sandbox import Message, Person
from tests.support.house import House

ROOT = Path(__file__).parents[3]
WORDS = "the evenings with my mother"


def with_words(person: Person, words: str) -> list[Message]:
    """The bot's messages in which these words stand."""
    return [each for each in person.screen if each.from_bot and words in each.text]


async def test_whatever_repeats_an_answer_is_protected(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    assert [each.protected for each in with_words(client, "✓ 7")] == [True]
    await house.say(client, WORDS)
    await house.tap(client, "‹ Back")
    for command in ("/history", "/preview", f"/topic {WORDS}", "/topic"):
        await house.say(client, command)
    shown = with_words(client, WORDS)
    assert len(shown) >= 4
    assert all(each.protected for each in shown)


async def test_what_is_to_be_passed_on_is_not(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/crisis")
    assert [each.protected for each in with_words(client, "Numbers of this town")] == [False]
    await house.invite(weber, "C.D.")
    assert not any(each.protected for each in with_words(weber, "?start="))


def test_every_place_that_the_page_names_is_there() -> None:
    page = (ROOT / "docs" / "discretion.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w./-]+)`", page)
    assert len(named) > 5
    assert [place for place in named if not (ROOT / place).exists()] == []
