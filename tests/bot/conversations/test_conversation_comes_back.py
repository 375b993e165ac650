"""A client whose chat was deleted, or who blocked the bot for a while, goes on as before."""

from __future__ import annotations

from datetime import timedelta

from tests.support.house import MONDAY, House

WEEK = "How has your week been so far?"
WEDNESDAY = MONDAY.replace(day=25, hour=17)


async def test_who_deleted_the_chat_is_told_when_the_next_questions_come(house: House) -> None:
    client = await house.client(await house.therapist())
    (said,) = await house.say(client, "/start")
    assert said.startswith("You are all set. The next questions will come on Wednesday")
    assert await house.rows("SELECT count(*) FROM cares") == [(1,)]


async def test_who_deleted_the_chat_during_a_check_in_sees_the_open_question(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY + timedelta(minutes=1))
    assert WEEK in client.last
    assert WEEK in "".join(await house.say(client, "/start"))
    await house.tap(client, "7")
    assert "What is one thing that went well" in client.last


async def test_nothing_is_sent_while_blocked_and_it_goes_on_afterwards(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    client.block()
    await house.settle()
    mark = client.mark
    await house.travel(to=WEDNESDAY + timedelta(days=1))
    assert client.heard(mark) == []
    assert "cannot be reached" in (await house.say(weber, "/client A.B."))[-1]
    client.unblock()
    await house.settle()
    await house.travel(to=WEDNESDAY + timedelta(days=7, minutes=1))
    assert WEEK in client.last
    assert "cannot be reached" not in (await house.say(weber, "/client A.B."))[-1]
