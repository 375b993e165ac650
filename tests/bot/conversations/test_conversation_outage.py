"""Messages that wait in the outbox while Telegram does not take them: nothing is given up, and
nothing that is out of date leaves afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox import Fault, Person
from bot.sandbox.ledger import Entry
from storage import answers
from tests.support.house import House, texts

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""The cut-off: 18:00 in Berlin."""
WEEK = "How has your week been so far?"
WELL = "What is one thing that went well, even a small one?"
HOUR = timedelta(hours=1)
NOT_TAKEN = 409
"""After this answer Telegram surely has nothing."""


async def client_of(house: House) -> Person:
    return await house.client(await house.therapist(), "A.B.")


def asked(client: Person, text: str = WEEK) -> list[Entry]:
    return [e for e in client.ledger if e.kind == "sent" and text in e.text]


async def test_a_question_outlasts_an_outage_within_its_window(house: House) -> None:
    client = await client_of(house)
    await house.travel(to=WEDNESDAY - timedelta(minutes=1))
    house.sandbox.faults.add(Fault("sendMessage", NOT_TAKEN, count=None))
    await house.travel(to=WEDNESDAY + HOUR)
    assert asked(client) == []
    house.sandbox.faults.clear()
    await house.travel(to=WEDNESDAY + 2 * HOUR)
    assert len(asked(client)) == 1


async def test_a_question_that_waited_past_its_window_does_not_leave(house: House) -> None:
    client = await client_of(house)
    await house.travel(to=WEDNESDAY - timedelta(minutes=1))
    house.sandbox.faults.add(Fault("sendMessage", NOT_TAKEN, count=None))
    await house.travel(to=WEDNESDAY + HOUR)
    house.jump(by=72 * HOUR)
    house.sandbox.faults.clear()
    await house.travel(by=HOUR)
    assert asked(client) == []


async def test_help_text_outlasts_an_outage(house: House) -> None:
    client = await client_of(house)
    mark = client.mark
    house.sandbox.faults.add(Fault("sendMessage", NOT_TAKEN, count=None))
    await house.say(client, "/crisis")
    await house.travel(by=5 * HOUR)
    assert client.heard(mark) == []
    house.sandbox.faults.clear()
    await house.travel(by=HOUR)
    assert len(texts(client.heard(mark))) == 1


async def test_a_reminder_that_waited_does_not_follow_the_answer(house: House) -> None:
    client = await client_of(house)
    await house.travel(to=WEDNESDAY + 24 * HOUR - timedelta(minutes=1))
    house.sandbox.faults.flood(1800, client.chat_id)
    await house.travel(by=timedelta(minutes=2))
    client.tap("7")
    await house.travel(by=HOUR)
    assert len(asked(client)) == 1
    assert len(asked(client, WELL)) == 1


async def test_words_do_not_answer_a_question_that_has_not_left(house: House) -> None:
    client = await client_of(house)
    await house.travel(to=WEDNESDAY - timedelta(minutes=1))
    house.sandbox.faults.flood(1800, client.chat_id)
    await house.travel(to=WEDNESDAY + timedelta(minutes=5))
    await house.say(client, "7")
    await house.travel(by=HOUR)
    assert await house.rows("SELECT count(*) FROM answers") == [(0,)]
    (only,) = asked(client)
    assert only.text.startswith("The next question had not been asked yet")


async def test_an_answer_in_two_messages_is_one_answer(house: House) -> None:
    """A client who answers in two messages has not seen what comes after the first: nothing of it
    is lost, and nothing of it answers the next question.
    """
    client = await client_of(house)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    client.say("The walk.")
    client.say("And the dinner.")
    await house.settle()
    assert await house.rows("SELECT step_id FROM answers ORDER BY step_id") == [
        ("week",),
        ("well",),
    ]
    assert len(asked(client, "And what is one thing that was hard?")) == 1
    kept = await house.work(lambda work: answers.list_for_check_in(work.tx, 1))
    assert {a.step_id: a.value for a in kept}["well"] == "The walk.\nAnd the dinner."


async def test_a_second_message_after_a_number_is_not_taken_for_anything(house: House) -> None:
    client = await client_of(house)
    await house.say(client, "/checkin")
    client.say("7")
    client.say("it was mixed")
    await house.settle()
    assert await house.rows("SELECT step_id FROM answers") == [("week",)]
    assert client.last.startswith("The next question had not been asked yet")


async def test_a_question_that_waited_does_not_come_once_paused(house: House) -> None:
    client = await client_of(house)
    await house.travel(to=WEDNESDAY - timedelta(minutes=1))
    house.sandbox.faults.flood(1800, client.chat_id)
    await house.travel(to=WEDNESDAY + timedelta(minutes=5))
    client.say("/pause")
    await house.travel(by=HOUR)
    assert asked(client) == []
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]


async def test_a_therapist_who_blocked_the_bot_gets_both_weeks_on_return(house: House) -> None:
    """What is made while nobody can read it would be cut in two, and half of it old."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    weber.block()
    await house.travel(to=SUNDAY + 8 * 24 * HOUR)
    frozen = "SELECT count(*) FROM digests"
    assert await house.rows(frozen) == [(0,)]
    mark = weber.mark
    weber.unblock()
    await house.travel(by=HOUR)
    assert any("A.B." in text for text in texts(weber.heard(mark)))
    assert await house.rows(frozen) == [(1,)]


async def test_a_digest_that_met_the_block_is_sent_on_return(house: House) -> None:
    """The bot learns of the block only when it writes."""
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await house.travel(to=SUNDAY - HOUR)
    house.sandbox.faults.add(Fault("sendMessage", 403, chat_id=weber.chat_id))
    await house.travel(to=SUNDAY + HOUR)
    mark = weber.mark
    weber.say("/help")
    await house.travel(by=HOUR)
    assert any("A.B." in text for text in texts(weber.heard(mark)))
    assert await house.rows("SELECT count(*) FROM digests") == [(1,)]
