"""A tap counts only from a message in which the question of its turn stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Fault, Message, Person
from bot.sandbox.faults import CLOSE
from tests.support.house import CRISIS, House, texts

SECONDS = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
STALE = "This question is already settled. Please use the newest message."
QUESTIONS = ("well", "hard")


def question(client: Person, words: str) -> Message:
    """The newest message that shows this question."""
    return [message for message in client.screen if words in message.text][-1]


def data_of(message: Message, label: str) -> str:
    """The data of the button with this label."""
    assert message.keyboard is not None
    (found,) = [button.data for button in message.keyboard.buttons if button.text == label]
    assert found is not None
    return found


async def answers(house: House) -> list[tuple[Any, ...]]:
    """The state of all check-ins, and how many answers are kept."""
    kept = await house.rows("SELECT count(*) FROM answers")
    return kept + await house.rows("SELECT status, turn_no FROM check_ins ORDER BY id")


@pytest.mark.parametrize("label", ["7", "Skip", "Later"])
async def test_the_data_of_a_question_counts_under_no_other_message(
    house: House, label: str
) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/help")
    other = client.newest
    await house.say(client, "/checkin")
    asked = client.newest
    before, mark = await answers(house), client.mark
    client.tap_data(other.message_id, data_of(asked, label))
    await house.settle()
    assert STALE in texts(client.heard(mark))
    assert await answers(house) == before
    await house.tap(client, "7")
    assert QUESTIONS[0] in client.last


async def test_an_answered_question_takes_nothing_for_the_next(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    answered = client.newest
    await house.tap(client, "7")
    before = await answers(house)
    for label in ("Skip", "‹ Back", "Later"):
        client.tap_data(answered.message_id, data_of(client.newest, label))
        await house.settle()
    assert await answers(house) == before


async def test_the_old_button_is_replaced_by_one_that_leads_to_the_open_question(
    house: House,
) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/help")
    other = client.newest
    await house.say(client, "/checkin")
    client.tap_data(other.message_id, data_of(client.newest, "7"))
    await house.settle()
    await house.tap(client, "Show the open question")
    await house.tap(client, "7")
    assert QUESTIONS[0] in client.last


async def test_a_question_whose_sending_is_uncertain_is_answered_where_it_arrived(
    house: House,
) -> None:
    client = await house.client(await house.therapist())
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, "after", chat_id=client.chat_id))
    await house.say(client, "/checkin")
    arrived = client.newest
    await house.travel(by=40 * SECONDS)
    again = client.newest
    assert again.message_id != arrived.message_id, "it was asked once more"
    client.tap_data(arrived.message_id, data_of(arrived, "7"))
    await house.settle()
    assert QUESTIONS[0] in client.last
    assert await house.rows("SELECT count(*) FROM outbox WHERE state = 'uncertain'") == [(0,)]


async def test_what_is_uncertain_makes_no_message_of_another_time_count(house: House) -> None:
    client = await house.client(await house.therapist())
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, "after", chat_id=client.chat_id))
    await house.say(client, "/topic Rent")
    copy = client.newest
    await house.travel(by=7 * MINUTE)
    assert client.newest.message_id != copy.message_id, "nobody noted the number of the first"
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, "after", chat_id=client.chat_id))
    await house.say(client, "/checkin")
    before = await answers(house)
    client.tap_data(copy.message_id, data_of(client.newest, "7"))
    await house.settle()
    assert await answers(house) == before
    await house.tap(client, "7")
    assert QUESTIONS[0] in client.last


async def test_what_is_uncertain_makes_no_other_question_count(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    first = client.newest
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, "after", chat_id=client.chat_id))
    await house.tap(client, "7")
    before = await answers(house)
    client.tap_data(first.message_id, data_of(client.newest, "Skip"))
    await house.settle()
    assert await answers(house) == before
    await house.tap(client, "Skip")
    assert QUESTIONS[1] in client.last


async def test_a_message_that_telegram_gives_no_time_is_not_taken_for_an_uncertain_one(
    house: House,
) -> None:
    client = await house.client(await house.therapist())
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, "after", chat_id=client.chat_id))
    await house.say(client, "/checkin")
    before = await answers(house)
    client.tap_data(99_999, data_of(client.newest, "7"))
    await house.settle()
    assert await answers(house) == before


async def test_each_of_two_uncertain_messages_of_a_question_is_answered_where_it_stands(
    house: House,
) -> None:
    """The tap proves that this one arrived, and says nothing of the other."""
    client = await house.client(await house.therapist())
    lost = Fault("sendMessage", CLOSE, "after", chat_id=client.chat_id)
    house.sandbox.faults.add(lost)
    await house.say(client, "/checkin")
    first = client.newest
    house.sandbox.faults.add(lost)
    await house.travel(by=40 * SECONDS)
    again = client.newest
    assert again.message_id != first.message_id
    client.tap_data(first.message_id, data_of(first, "Later"))
    await house.settle()
    states = "SELECT state, message_id FROM outbox WHERE turn_no IS NOT NULL ORDER BY id"
    assert await house.rows(states) == [("sent", first.message_id), ("uncertain", None)]
    client.tap_data(again.message_id, data_of(again, "7"))
    await house.settle()
    assert QUESTIONS[0] in client.last


async def test_a_button_about_words_counts_under_a_message_of_ours_only(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/topic Rent")
    kept, mark = client.newest, client.mark
    client.tap_data(99_999, data_of(kept, "Delete it"))
    await house.settle()
    assert texts(client.heard(mark)) == [STALE]
    assert await house.rows("SELECT count(*) FROM notes") == [(1,)]
    await house.tap(client, "Delete it")
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]


async def test_a_button_under_the_copy_of_a_reply_that_came_twice_counts_too(house: House) -> None:
    client = await house.client(await house.therapist())
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, "after", chat_id=client.chat_id))
    await house.say(client, "/topic Rent")
    copy = client.newest
    await house.travel(by=10 * SECONDS)
    assert client.newest.message_id != copy.message_id, "it was said twice"
    client.tap_data(copy.message_id, data_of(copy, "Delete it"))
    await house.settle()
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]


async def test_a_therapists_list_counts_under_a_message_of_theirs_only(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber)
    await house.say(weber, "/clients")
    listed, mark = weber.newest, weber.mark
    assert listed.keyboard is not None
    data = listed.keyboard.buttons[0].data or ""
    weber.tap_data(99_999, data)
    await house.settle()
    assert texts(weber.heard(mark)) == ["This button is no longer current."]
    weber.tap_data(listed.message_id, data)
    await house.settle()
    assert "A.B." in weber.last


async def test_help_in_an_emergency_counts_from_anywhere(house: House) -> None:
    client = await house.client(await house.therapist())
    mark = client.mark
    client.tap_data(99_999, "nu")
    await house.settle()
    assert CRISIS in "".join(texts(client.heard(mark)))


async def test_that_they_did_not_meet_counts_under_its_question_only(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/help")
    other = client.newest
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    mark = client.mark
    client.tap_data(other.message_id, data_of(client.newest, "We did not meet"))
    await house.settle()
    assert STALE in texts(client.heard(mark))
    shown = next(each for each in client.screen if each.message_id == other.message_id)
    assert shown.keyboard is not None
    assert [button.text for button in shown.keyboard.buttons] == ["Show the open question"]


async def test_more_words_are_added_from_below_their_question_only(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/help")
    other = client.newest
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.say(client, "the choir")
    mark = client.mark
    client.tap_data(other.message_id, data_of(client.newest, "Add to my last answer"))
    await house.settle()
    assert STALE in texts(client.heard(mark))
    await house.say(client, "the rent")
    kept = "SELECT step_id FROM answers ORDER BY step_id"
    assert await house.rows(kept) == [("hard",), ("week",), ("well",)]
