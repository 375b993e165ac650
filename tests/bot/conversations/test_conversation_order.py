"""Order in the chat decides, not order of handling: what was written before a question is no answer
to it, however late it is read.
"""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Fault, Person
from tests.support.house import House, texts

WEEK = "How has your week been so far?"
WELL = "What is one thing that went well, even a small one?"
SECOND = timedelta(seconds=1)


async def _client(house: House) -> Person:
    return await house.client(await house.therapist(), "M.K.")


def _asked(person: Person, text: str) -> int:
    return sum(text in e.text for e in person.heard() if e.kind == "sent")


async def _answers(house: House) -> list[str]:
    rows = await house.rows("SELECT step_id FROM answers ORDER BY step_id")
    return [step for (step,) in rows]


async def _owing_the_next_question(house: House) -> Person:
    """A client who has tapped an answer; the next question is decided and has not left."""
    client = await _client(house)
    await house.say(client, "/checkin")
    client.tap("7")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    assert _asked(client, WELL) == 0
    return client


async def test_words_before_a_question_that_is_owed_do_not_answer_it(house: House) -> None:
    client = await _owing_the_next_question(house)
    client.say("are you still there?")
    await house.app.receiver.tick()
    await house.app.sender.tick()
    assert _asked(client, WELL) == 0, "it waits until what came in has been handled"
    await house.travel(by=SECOND)
    assert _asked(client, WELL) == 1
    assert await _answers(house) == ["week"]
    await house.say(client, "a walk")
    assert await _answers(house) == ["week", "well"]


async def test_words_that_come_in_after_the_question_has_left_but_stand_above_it(
    house: House,
) -> None:
    client = await _owing_the_next_question(house)
    client.say("are you still there?")
    await house.app.sender.tick()
    assert _asked(client, WELL) == 1
    await house.settle()
    assert await _answers(house) == ["week"]


async def test_a_question_shown_twice_is_answered_by_what_stands_below_the_first(
    house: House,
) -> None:
    client = await _client(house)
    await house.say(client, "/checkin")
    client.say("/checkin")
    client.say("7")
    await house.settle()
    assert await _answers(house) == ["week"]


async def test_after_a_start_a_question_waits_until_all_is_in(house: House) -> None:
    client = await _owing_the_next_question(house)
    house.app.receiver.start_over()
    client.say("are you still there?")
    await house.app.sender.tick()
    assert _asked(client, WELL) == 0
    await house.travel(by=SECOND)
    assert _asked(client, WELL) == 1
    assert await _answers(house) == ["week"]


async def test_a_question_does_not_wait_for_what_cannot_be_fetched(house: House) -> None:
    client = await _owing_the_next_question(house)
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    for _ in range(3):
        await house.app.receiver.tick()
        await house.app.sender.tick()
        house.jump(by=SECOND)
    assert _asked(client, WELL) == 1


async def test_a_poll_that_failed_before_a_question_was_ready_says_nothing_of_it(
    house: House,
) -> None:
    client = await _owing_the_next_question(house)
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    await house.app.receiver.tick()
    for _ in range(3):
        house.jump(by=SECOND)
        await house.app.sender.tick()
    assert _asked(client, WELL) == 0, "words above it may wait at Telegram still"
    await house.app.receiver.tick()
    house.jump(by=SECOND)
    await house.app.sender.tick()
    assert _asked(client, WELL) == 1


async def test_an_answer_to_somebody_waits_for_nothing(house: House) -> None:
    client = await _client(house)
    mark = client.mark
    client.say("/help")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    house.app.receiver.start_over()
    await house.app.sender.tick()
    assert len(texts(client.heard(mark))) == 1
