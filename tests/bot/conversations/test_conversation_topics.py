"""/topic keeps words for the next session; what is sent without words of one's own is answered by
its sort.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sandbox import Person
from tests.support.house import CRISIS, House

WELL = "What is one thing that went well, even a small one?"


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber)


async def test_a_topic_is_kept_listed_and_told_once(house: House) -> None:
    weber, client = await pair(house)
    (said,) = await house.say(client, "/topic my neighbour")
    assert said.startswith("Kept for your next session: Dr. Weber gets it in your own words")
    await house.say(client, "/topic sleeping badly")
    (listed,) = await house.say(client, "/topic")
    assert "1. my neighbour\n\n2. sleeping badly" in listed
    assert client.labels == [["Delete 1", "Delete 2"]]
    said = await house.tap(client, "Delete 1")
    assert "Deleted." in said
    assert all("neighbour" not in text for text in said) and "1. sleeping badly" in said[1]
    await house.travel(to=datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    digest = "\n".join(e.text for e in weber.heard())
    assert digest.count("sleeping badly") == 1 and "neighbour" not in digest
    (listed,) = await house.say(client, "/topic")
    assert listed.startswith("Nothing is kept for your next session at the moment.")


async def test_a_topic_is_deleted_right_below_and_what_a_digest_has_stays(house: House) -> None:
    _, client = await pair(house)
    await house.say(client, "/topic something")
    await house.tap(client, "Delete it")
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]
    await house.say(client, "/topic another thing")
    await house.say(client, "/topic")
    await house.travel(to=datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    said = await house.tap(client, "Delete 1")
    assert any("weekly summary with these answers has been made already" in text for text in said)
    assert await house.rows("SELECT count(*) FROM notes") == [(1,)]


async def test_hard_words_behind_the_command_bring_the_card_first(house: House) -> None:
    _, client = await pair(house)
    said = await house.say(client, "/topic I want to kill myself")
    assert CRISIS in said[0]


async def test_nobody_deletes_what_another_keeps(house: House) -> None:
    weber, client = await pair(house)
    other = await house.client(weber, "C.D.")
    await house.say(client, "/topic mine")
    await house.forge(other, "td:1")
    assert await house.rows("SELECT count(*) FROM notes") == [(1,)]


@pytest.mark.parametrize("is_open", [False, True], ids=["nothing_open", "a_question_open"])
async def test_each_sort_of_thing_has_an_answer(house: House, is_open: bool) -> None:
    _, client = await pair(house)
    if is_open:
        await house.say(client, "/checkin")
        await house.tap(client, "7")
    for send, begins in (
        (lambda: client.send_voice(), "What is spoken cannot be heard here."),
        (lambda: client.send_contact("Jo", "+49 1"), "Contacts of others are not kept"),
        (lambda: client.send_sticker(), "Stickers cannot be read here."),
    ):
        send()
        await house.settle()
        assert begins in client.last
        assert ("What is one thing that went well" in client.last) is is_open
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]


async def test_forwarded_words_are_no_answer_and_are_heard_all_the_same(house: House) -> None:
    _, client = await pair(house)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    client.forward("we had a lovely day")
    await house.settle()
    assert client.last.startswith("Words of somebody else, or of another chat, are not taken")
    assert await house.rows("SELECT step_id FROM answers") == [("week",)]
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]
    await house.tap(client, "Show the open question")
    assert client.last.startswith(WELL)
    mark = client.mark
    client.forward("I want to kill myself")
    await house.settle()
    assert CRISIS in client.heard(mark)[0].text
    assert await house.rows("SELECT step_id FROM answers") == [("week",)]
