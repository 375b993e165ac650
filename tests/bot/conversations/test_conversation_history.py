"""A client looks back at what they told, week by week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bot.conversations.test_conversation_digest import strained
from tests.support.house import House

NEXT_WEEK = timedelta(days=7)


async def test_a_client_reads_their_own_words_newest_week_first(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    assert await house.say(client, "/history") == [
        "There is nothing yet that you answered or wrote here."
    ]
    await house.say(client, "/topic the quarrel on Sunday")
    await house.travel(by=NEXT_WEEK)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.say(client, "the cat came back")
    (newest,) = await house.say(client, "/history")
    assert newest.startswith("What you told from 30 November to 6 December 2026")
    assert "How has your week been so far?\n  7" in newest and "the cat came back" in newest
    assert "quarrel" not in newest
    assert client.labels[-2:] == [["‹ Week before"], ["As a picture"]]
    await house.tap(client, "‹ Week before")
    assert client.newest.text.startswith("What you told from 23 November to 29 November 2026")
    assert "the quarrel on Sunday" in client.newest.text
    await house.tap(client, "Week after ›")
    assert client.newest.text == newest
    assert client.newest.protected


async def test_nobody_reads_what_another_told(house: House) -> None:
    weber, _ = await strained(house)
    other = await house.client(weber, "C.D.")
    assert (await house.say(other, "/history"))[-1].startswith("There is nothing yet")
    await house.say(other, "/help")
    stale = "This question is already settled. Please use the newest message."
    assert await house.forge(other, "hp:1:0") == [stale]
    assert (await house.forge(other, "hp:2:0"))[-1].startswith("There is nothing yet")


async def test_a_long_week_says_where_the_rest_is(house: House) -> None:
    client = await house.client(await house.therapist())
    for number in range(3):
        await house.say(client, f"/topic {number} " + "x" * 1900)
    (said,) = await house.say(client, "/history")
    assert said.endswith("/export sends you all of it.") and len(said) <= 4096


@pytest.mark.parametrize(
    ("language", "begins"),
    [("de", "Was Sie vom 23. November bis"), ("de_du", "Was du vom 23. November bis")],
)
async def test_in_german(house: House, language: str, begins: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    await house.say(client, "/topic der Streit")
    assert (await house.say(client, "/history"))[-1].startswith(begins)


async def test_who_has_stopped_still_reads_what_they_told(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/topic the quarrel")
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    assert "the quarrel" in (await house.say(client, "/history"))[-1]
