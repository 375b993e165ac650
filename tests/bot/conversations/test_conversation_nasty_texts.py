"""Whatever clients write, it is shown as words, to whom it is for, and comes out as it went in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox import Person
from tests.bot.conversations.test_conversation_export import files
from tests.support.house import MONDAY, House, texts
from tests.support.nasty_texts import NASTY, hidden_in


async def keep(house: House, client: Person, words: str) -> None:
    """Words that the client passes on, in a message of their own."""
    client.say(words)
    await house.settle()
    await house.tap(client, "Yes, pass it on")


async def read_all(house: House, weber: Person, alias: str) -> list[str]:
    """Everything that a therapist can have shown of a client, and every label of a button."""
    mark = weber.mark
    for command in ("/clients", f"/client {alias}", "/digest", f"/digest {alias}"):
        await house.say(weber, command)
    heard = weber.heard(mark)
    labels = [b.text for m in weber.screen if m.keyboard for b in m.keyboard.buttons]
    assert all(not m.entities or _only_commands(m.entities) for m in weber.screen)
    return [*texts(heard), *labels]


def _only_commands(entities: Any) -> bool:
    return {each["type"] for each in entities} <= {"bot_command", "url"}


@pytest.mark.parametrize("part", range(3))
async def test_words_are_shown_as_words_and_come_out_as_they_went_in(
    house: House, part: int
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    nasty = NASTY[part::3]
    for words in nasty:
        await keep(house, client, words)
    assert await house.rows("SELECT count(*) FROM notes WHERE kept_at IS NOT NULL") == [
        (len(nasty),)
    ]
    shown = await read_all(house, weber, "A.B.")
    assert not [(text[:80], hidden_in(text)) for text in shown if hidden_in(text)]
    copy = await files(house, client)
    kept = [row["words"]["words"] for row in json.loads(copy["json"])["tables"]["notes"]]
    assert kept == [words.strip() for words in nasty], "nothing but space around them is lost"
    for line in copy["txt"].split("\n"):
        assert not line.startswith(tuple("=+-@\t")), "a spreadsheet takes it for a formula"


@pytest.mark.parametrize(
    "alias",
    ["=1+1", "<b>x</b>", "\u202egnp.A", "*A* _B_", "'=B", "z\u0335\u0335\u0335\u0335\u0335x"],
)
async def test_names_are_shown_as_names(house: House, alias: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, alias)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    mark = weber.mark
    shown = await read_all(house, weber, "")
    await house.travel(to=MONDAY.replace(day=29, hour=17))
    shown += texts(weber.heard(mark))
    assert any("Your week" in text for text in shown)
    assert not [(text[:80], hidden_in(text)) for text in shown if hidden_in(text)]
