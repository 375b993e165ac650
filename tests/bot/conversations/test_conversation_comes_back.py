"""A client whose chat was deleted, or who blocked the bot for a while, goes on as before."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Fault
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


AWAY = (
    "Messages to A.B. do not arrive any more: they may have blocked this chat or left Telegram. "
    "Nothing is asked until they are back."
)


async def test_the_therapist_is_told_once_that_nothing_arrives(house: House) -> None:
    weber, kern = await house.therapist(), await house.therapist("Dr. Kern")
    client = await house.client(weber)
    mark, other = weber.mark, kern.mark
    client.block()
    await house.settle()
    assert [entry.text for entry in weber.heard(mark)] == [AWAY]
    await house.travel(to=WEDNESDAY + timedelta(days=1))
    client.unblock()
    await house.settle()
    assert [entry.text for entry in weber.heard(mark)] == [AWAY]
    await house.travel(to=WEDNESDAY + timedelta(days=1, hours=6))
    client.block()  # gone once more, late in the evening: told in the morning
    await house.settle()
    assert [entry.text for entry in weber.heard(mark)] == [AWAY]
    await house.travel(by=timedelta(hours=12))
    assert [entry.text for entry in weber.heard(mark)] == [AWAY, AWAY]
    assert kern.heard(other) == []


async def test_the_therapist_is_told_too_where_telegram_refuses_a_message(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    mark = weber.mark
    house.sandbox.faults.add(Fault("sendMessage", 403, chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY + timedelta(minutes=1))
    assert [entry.text for entry in weber.heard(mark)] == [AWAY]


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
