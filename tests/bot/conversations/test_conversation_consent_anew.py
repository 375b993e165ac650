"""A changed text of the consent is asked about at the next contact; nothing new comes before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.client import Person
from tests.support.house import AGREE, MONDAY, House, texts

NEUTRAL = "There is something here to read, when you have a moment."
ANEW = "The text that you agreed to has changed"
WEEK = "How has your week been so far?"
WEDNESDAY = MONDAY + timedelta(days=2, hours=12)


async def change_the_text(house: House) -> None:
    """The practice's clients have agreed to what an earlier version said."""
    earlier = "UPDATE consents SET version = '2026-12' WHERE item = 'answers'"
    await house.app.store.write(lambda tx: tx.conn.exec_driver_sql(earlier).close())


async def agreed_before(house: House, **who: str) -> tuple[Person, Person]:
    """A therapist, and a client who agreed to a text that has changed since."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", **who)
    await change_the_text(house)
    return weber, client


@pytest.mark.promise("P6d")
async def test_the_text_comes_once_in_place_of_the_next_questions(house: House) -> None:
    weber, client = await agreed_before(house)
    mark = client.mark
    await house.travel(to=WEDNESDAY + timedelta(days=21))
    heard = texts(client.heard(mark))
    assert len(heard) == 1
    assert heard[0].startswith(f"{NEUTRAL}\n\n{ANEW}")
    assert "Asked anew for their consent" in "\n".join(texts(weber.heard()))
    assert await house.rows("SELECT DISTINCT reason FROM occurrences WHERE state = 'missed'") == [
        ("not_consented",)
    ]


async def test_a_yes_lets_it_go_on(house: House) -> None:
    weber, client = await agreed_before(house)
    await house.travel(to=WEDNESDAY)
    await house.read_consent(client)
    mark = weber.mark
    (said, *_) = (await house.tap(client, "I agree"))[-1:]
    assert said.startswith("Thank you. It goes on as before; the next questions will come on")
    assert weber.heard(mark) == []
    given = await house.rows("SELECT revoked_at IS NULL FROM consents ORDER BY id")
    assert given == [(0,), (1,)]
    mark = client.mark
    await house.travel(to=WEDNESDAY + timedelta(days=7))
    assert any(WEEK in text for text in texts(client.heard(mark)))


async def test_a_no_is_the_way_out_and_is_asked_about_once(house: House) -> None:
    _, client = await agreed_before(house)
    await house.travel(to=WEDNESDAY)
    await house.read_consent(client)
    (_, question) = await house.tap(client, "No, thank you")
    assert question.startswith("Shall the check-ins end?")
    await house.tap(client, "Yes, end them")
    assert await house.rows("SELECT state FROM cares") == [("ended",)]


@pytest.mark.parametrize("contact", ["/checkin", "/start", "/when", "/privacy"])
async def test_whatever_the_client_does_next_shows_it_once(house: House, contact: str) -> None:
    _, client = await agreed_before(house)
    said = await house.say(client, contact)
    assert sum(ANEW in text for text in said) == 1
    assert not any(WEEK in text for text in said)
    assert ANEW not in "".join(await house.say(client, "/help"))
    again = await house.say(client, "/checkin")
    assert ANEW in again[0]


async def test_who_is_amid_questions_may_finish_them(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await change_the_text(house)
    said = await house.tap(client, "7")
    assert ANEW not in "".join(said)
    for _ in range(2):
        await house.tap(client, "Skip")
    said = await house.tap(client, "Skip")
    assert said[-2].startswith("Thank you for taking a moment.")
    assert ANEW in said[-1]


@pytest.mark.parametrize("leaving", ["/stop", "stop"])
async def test_who_wants_to_stop_is_not_asked_to_agree(house: House, leaving: str) -> None:
    _, client = await agreed_before(house)
    (question,) = await house.say(client, leaving)
    assert question.startswith("Shall the check-ins end?")
    said = await house.tap(client, "Yes, end them")
    assert ANEW not in "".join(said)


async def test_after_a_crisis_card_there_is_quiet(house: House) -> None:
    _, client = await agreed_before(house)
    assert ANEW not in "".join(await house.say(client, "/crisis"))
    assert ANEW not in "".join(await house.say(client, "I want to kill myself"))
    # with no question open, nothing but the card keeps the text back
    assert ANEW not in "".join(await house.say(client, "/help"))
    await house.travel(by=timedelta(hours=13))
    assert ANEW in "".join(await house.say(client, "/help"))


async def test_the_card_says_that_nothing_is_sent(house: House) -> None:
    weber, _ = await agreed_before(house)
    (card,) = await house.say(weber, "/client A.B.")
    assert "The text of the consent has changed." in card
    await house.tap(weber, "Send something now …")
    (toast,) = await house.tap(weber, "Send now: The week so far")
    assert toast.startswith("The text of the consent has changed.")


@pytest.mark.parametrize("language", ["de", "de_du"])
async def test_another_language_is_no_other_text(house: House, language: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", "en")
    change = f"UPDATE people SET language = '{language}' WHERE role = 'client'"
    await house.app.store.write(lambda tx: tx.conn.exec_driver_sql(change).close())
    said = await house.say(client, "/checkin")
    assert "zugestimmt" not in "".join(said)


async def test_an_old_yes_under_the_old_text_shows_the_new_one_once(house: House) -> None:
    _, client = await agreed_before(house)
    said = await house.forge(client, "c:1:202612")
    assert sum(ANEW in text for text in said) == 1
    await house.read_consent(client)
    await house.tap(client, AGREE["en"])
    assert await house.rows("SELECT count(*) FROM consents WHERE revoked_at IS NULL") == [(1,)]


async def test_who_wants_to_go_on_after_all_is_shown_the_text_and_promised_nothing(
    house: House,
) -> None:
    _, client = await agreed_before(house)
    await house.travel(to=WEDNESDAY)
    await house.tap(client, "No, thank you")
    said = await house.tap(client, "No, go on as before")
    assert "Nothing has changed." not in said
    assert said[-1].startswith(f"{NEUTRAL}\n\n{ANEW}")
    await house.read_consent(client)
    (said_last, *_) = (await house.tap(client, "I agree"))[-1:]
    assert said_last.startswith("Thank you. It goes on as before; the next questions will come on")


@pytest.mark.parametrize("command", ["/resume", "/when", "/start"])
async def test_no_day_is_promised_before_the_answer(house: House, command: str) -> None:
    _, client = await agreed_before(house)
    said = await house.say(client, command)
    assert any(ANEW in text for text in said)
    assert not any("25 November" in text for text in said)


async def test_a_pause_ends_and_the_text_comes_first(house: House) -> None:
    _, client = await agreed_before(house)
    await house.say(client, "/pause")
    said = await house.say(client, "/resume")
    assert said[0] == "The pause is over." and ANEW in said[1]
    assert await house.rows("SELECT paused_at FROM cares") == [(None,)]


async def test_the_therapist_is_promised_no_questions_before_the_answer(house: House) -> None:
    weber, client = await agreed_before(house)
    await house.say(weber, "/clients")
    assert "takes part" in weber.last and "next" not in weber.last
    why = "nothing new is sent until they have answered"
    await house.say(weber, "/session A.B. 25.11. 15:00")
    assert why in weber.last
    await house.say(weber, "/session A.B. move 26.11. 16:00")
    assert "Moved" in weber.last and why in weber.last
    client.block()
    await house.settle()
    await house.say(weber, "/session A.B. 2.12. 15:00")
    assert "A.B. cannot be reached at the moment." in weber.last


async def test_after_a_crisis_card_no_changed_text_is_shown_before_the_client_goes_on(
    house: House,
) -> None:
    client = await house.client(await house.therapist(), "A.B.")
    await house.say(client, "/checkin")
    await house.say(client, "I want to kill myself")
    await change_the_text(house)
    assert not any(ANEW in text for text in await house.say(client, "/help"))
    mark = client.mark
    await house.say(client, "/checkin")
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    assert any(ANEW in text for text in texts(client.heard(mark)))
