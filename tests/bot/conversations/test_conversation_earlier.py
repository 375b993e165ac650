"""A question may take up what was said in earlier check-ins: first, newest, lately, and topics."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from bot.services.flow_files.publishing import Source, check, publish
from tests.support.house import MONDAY, House

LOOKING = """
language = 1
id = "looking"
default = true
title.en = "Looking back"
[schedule]
trigger = "on_request"
[[step]]
id = "week"
kind = "scale"
min = 0
max = 10
low.en = "hard"
high.en = "good"
optional = true
measures = "week"
ask.en = "First {past.week.first}, last {past.week.last}, lately {past.week.mean2}: {topics}. Now?"
[[step]]
id = "topic"
kind = "text"
optional = true
measures = "topic"
ask.en = "What would you like to bring?"
"""
AGAIN, DAY = "Answer once more", timedelta(days=1)


async def _looks(house: House, client: Person) -> str:
    """The first question of the flow, asked for."""
    await house.say(client, "/checkin")
    await house.tap(client, "Looking back")
    if [AGAIN] in client.labels:
        await house.tap(client, AGAIN)
    return client.last.split(" Now?")[0]


async def _answers(house: House, client: Person, week: str, topic: str = "") -> None:
    await house.tap(client, week)
    await (house.say(client, topic) if topic else house.tap(client, "Skip"))


async def test_a_question_takes_up_what_was_said_before(house: House) -> None:
    checked = check([Source("looking.toml", LOOKING)])
    await house.app.store.write(
        lambda tx: publish(tx, checked, now=MONDAY - DAY, who="t", why="test")
    )
    client = await house.client(await house.therapist())
    assert await _looks(house, client) == "First …, last …, lately …: …."
    await _answers(house, client, "2", "the move")
    assert await _looks(house, client) == "First 2, last 2, lately 2: the move."
    await _answers(house, client, "4")
    await house.travel(by=DAY)
    await _looks(house, client)
    await _answers(house, client, "9", "my brother")
    # who skips has said nothing, and what was said before still stands
    await _looks(house, client)
    await _answers(house, client, "Skip")
    await house.travel(by=DAY)
    assert await _looks(house, client) == "First 2, last 9, lately 6.5: the move and my brother."
    await _answers(house, client, "1")
    # what was to be brought a month ago is not taken up any more; a rating is
    await house.travel(to=MONDAY + 35 * DAY)
    assert await _looks(house, client) == "First 2, last 1, lately 5: …."
