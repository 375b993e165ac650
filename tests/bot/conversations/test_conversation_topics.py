"""/topic keeps words for the next session; what is sent without words of one's own is answered by
its sort.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
    mark = weber.mark
    await house.travel(by=timedelta(days=7))
    assert "sleeping badly" not in "\n".join(e.text for e in weber.heard(mark))


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


async def test_a_changed_topic_is_not_kept_a_second_time(house: House) -> None:
    _, client = await pair(house)
    written = client.say("/topic the quarrel")
    await house.settle()
    client.edit(written, "/topic the quarrel on Sunday")
    await house.settle()
    assert client.last.startswith("A changed message is not taken as a new topic")
    (listed,) = await house.say(client, "/topic")
    assert "1. the quarrel\n\n" in listed and "2." not in listed
    client.edit(client.say("/topik"), "/topic")  # the list may be asked for so
    await house.settle()
    assert "1. the quarrel\n\n" in client.last


async def test_a_topic_that_is_held_back_is_listed_so_and_can_be_deleted_later(
    house: House,
) -> None:
    weber, client = await pair(house)
    kept = (await house.say(client, "/topic something"), client.newest)[1]
    await house.say(client, "/preview")
    await house.tap(client, "Hold back 1")
    (listed,) = await house.say(client, "/topic")
    assert "1. something\n(held back, so it is not passed on" in listed
    await house.travel(to=datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    assert "something" not in "\n".join(e.text for e in weber.heard())
    client.tap("Delete it", kept)
    await house.settle()
    (shown,) = [m.text for m in client.screen if m.message_id == kept.message_id]
    assert shown == "These words were not passed on and are deleted here."
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]


async def test_below_its_message_what_a_digest_has_stays_and_that_is_said(house: House) -> None:
    _, client = await pair(house)
    kept = (await house.say(client, "/topic something"), client.newest)[1]
    await house.travel(to=datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    client.tap("Delete it", kept)
    await house.settle()
    (shown,) = [m.text for m in client.screen if m.message_id == kept.message_id]
    assert shown.startswith("The weekly summary with these words has been made already")


async def test_a_second_yes_does_not_say_that_held_back_words_are_passed_on(house: House) -> None:
    _, client = await pair(house)
    await house.say(client, "My keys are found again")
    offered = client.newest
    client.tap("Yes, pass it on", offered)
    await house.settle()
    await house.say(client, "/preview")
    await house.tap(client, "Hold back 1")
    assert offered.keyboard is not None
    data = next(b.data for b in offered.keyboard.buttons if b.text == "Yes, pass it on")
    client.tap_data(offered, data or "")
    await house.settle()
    (shown,) = [m.text for m in client.screen if m.message_id == offered.message_id]
    assert shown.startswith("These words are held back")


async def test_hard_words_never_join_words_that_are_held_back(house: House) -> None:
    weber, client = await pair(house)
    await house.say(client, "/crisis")
    await house.say(client, "it was a long day")
    await house.say(client, "/preview")
    await house.tap(client, "Hold back 1")
    await house.say(client, "I want to kill myself")
    (draft, *_) = await house.say(weber, "/digest")
    assert "I want to kill myself" in draft and "long day" not in draft


async def test_forwarded_hard_words_join_nothing_and_are_not_offered(house: House) -> None:
    _, client = await pair(house)
    await house.say(client, "/crisis")
    await house.say(client, "it was a long day")
    mark = client.mark
    client.forward("I want to kill myself")
    await house.settle()
    card, line = [entry.text for entry in client.heard(mark)]
    assert CRISIS in card and "is kept" not in card and "unless you say so" not in card
    assert line.startswith("Words of somebody else, or of another chat, are not taken as yours")
    assert await house.rows("SELECT count(*) FROM notes") == [(1,)]
    await house.say(client, "/preview")
    assert "long day" in client.last and "kill" not in client.last
    await house.say(client, "/checkin")
    client.forward("I want to kill myself")
    await house.settle()
    assert await house.rows("SELECT count(*) FROM answers") == [(0,)]
    await house.tap(client, "Go on with the questions")
    assert "How has your week been so far?" in client.last
