"""After today's questions were answered a client may change, answer once more, or add to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.bot.conversations.test_conversation_digest import SUNDAY
from tests.support.house import House

AGAIN, CHANGE = "Answer once more", "Change an answer"


async def answered(house: House, client: Person, week: str = "7") -> None:
    """The client goes through the open check-in with a rating of the week alone."""
    await house.tap(client, week)
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")


async def test_what_was_answered_today_may_be_changed_until_the_digest(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await answered(house, client)
    (said,) = await house.say(client, "/checkin")
    assert "Until Sunday, 29 November, 18:00" in said and "write it here" in said
    assert client.labels == [[CHANGE], [AGAIN]]
    await house.tap(client, CHANGE)
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]


async def test_it_is_answered_once_more_and_the_newer_word_is_told(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await answered(house, client, "1")
    await house.say(client, "/checkin")
    await house.tap(client, AGAIN)
    assert client.last.startswith("How has your week been so far?")
    await answered(house, client, "2")
    assert await house.rows("SELECT status FROM check_ins") == [("finished",), ("finished",)]
    await house.travel(to=SUNDAY)
    assert "Rated the week 2 of 10" in weber.last


async def test_a_second_tap_begins_no_second_check_in(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await answered(house, client)
    await house.say(client, "/checkin")
    offer = client.newest
    client.tap(AGAIN, offer)
    client.tap(AGAIN, offer)
    await house.settle()
    assert await house.rows("SELECT count(*) FROM check_ins") == [(2,)]


async def test_there_is_an_end_to_it_on_one_day(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    for _ in range(4):
        await answered(house, client)
        await house.say(client, "/checkin")
        await house.tap(client, AGAIN)
    await answered(house, client)
    (said,) = await house.say(client, "/checkin")
    assert said.startswith("These questions have come several times today;")
    assert AGAIN not in str(client.labels)


async def test_after_the_digest_it_is_said_that_it_stays(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.travel(to=SUNDAY - timedelta(hours=1))
    await house.say(client, "/checkin")
    await answered(house, client)
    await house.travel(to=SUNDAY + timedelta(minutes=1))
    (said,) = await house.say(client, "/checkin")
    assert "stays as it is" in said and "Sunday, 6 December, 18:00" in said
    assert client.labels == [[AGAIN]]


@pytest.mark.parametrize("language", ["de", "de_du"])
async def test_it_is_said_in_german(house: House, language: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    while any("Überspringen" in row for row in client.labels):
        await house.tap(client, "Überspringen")
    (said,) = await house.say(client, "/checkin")
    assert "Bis Sonntag, 29. November, 18:00 Uhr, dann wird die Wochenübersicht erstellt" in said


async def test_questions_that_closed_unanswered_are_not_called_answered(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    (said,) = await house.say(client, "/checkin")
    assert said.startswith("These questions were here today already and are closed.")


async def test_an_old_offer_waits_while_other_questions_are_open(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await answered(house, client)
    await house.say(client, "/checkin")
    offer = client.newest
    await house.say(client, "/checkin")
    await house.tap(client, AGAIN)
    mark = client.mark
    client.tap(AGAIN, offer)
    await house.settle()
    (toast,) = [entry.text for entry in client.heard(mark)]
    assert toast.startswith("There is still an open question above.")
    assert await house.rows("SELECT count(*) FROM check_ins") == [(2,)]


async def test_a_message_is_answered_though_all_before_it_are_gone(house: House) -> None:
    """Rows of the inbox are removed after two days; no number of theirs is given out again."""
    client = await house.client(await house.therapist())
    assert len(await house.say(client, "/help")) == 1
    ((newest,),) = await house.rows("SELECT max(id) FROM inbox")
    await house.travel(by=timedelta(days=3))
    await house.app.keeper.tick()
    assert await house.rows("SELECT count(*) FROM inbox") == [(0,)]
    assert len(await house.say(client, "/help")) == 1
    assert await house.rows("SELECT id FROM inbox") == [(newest + 1,)]
