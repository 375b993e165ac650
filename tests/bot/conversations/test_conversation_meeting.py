"""A word lets a therapist see that the right person came, and undo it where somebody else did."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.texts import shipped
from flows.languages import Language
from tests.support.house import House, texts, token_in

WORD = re.compile(r"“(.+?)”|„(.+?)“")
UNDO = ("That was somebody else", "Yes, undo it")


def words_of(language: str) -> list[str]:
    return shipped().client(Language(language), "room_words").split()


def word_in(text: str) -> str:
    found = WORD.search(text)
    assert found is not None
    return found[1] or found[2]


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_both_sides_read_one_word(house: House, language: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language, agrees=False)
    told, consent = texts(client.heard())
    assert "Dr. Weber" in told
    assert "Dr. Weber" in consent
    assert weber.last.startswith("A.B. has opened the link.")
    assert word_in(told) == word_in(weber.last)
    assert word_in(told) in words_of(language)
    # it is said once, however often the link is opened
    await house.say(client, "/start")
    assert sum(word_in(told) in text for text in texts(client.heard())) == 1


@pytest.mark.parametrize("agrees", [False, True])
async def test_what_was_kept_of_somebody_else_goes_and_there_is_a_new_link(
    house: House, agrees: bool
) -> None:
    weber = await house.therapist()
    other = await house.client(weber, "A.B.", "de", agrees=agrees)
    if agrees:
        await house.say(other, "/checkin")
        await house.tap(other, "7")
    came = next(e for e in weber.heard() if e.text.startswith("A.B. has opened the link."))
    weber.tap_data(came.message_id, "wp:1")
    await house.settle()
    assert weber.labels[:2] == [["Yes, undo it"], ["No, it was the right person"]]
    mark = weber.mark
    codes = [(await house.stored(each)).code for each in (weber, other)]
    await house.tap(weber, "Yes, undo it")
    noted = "SELECT actor, subject FROM audit WHERE action = 'client.was_somebody_else'"
    assert await house.rows(noted) == [tuple(codes)]
    assert "Die Praxis hat alles gelöscht" in "".join(texts(other.heard()))
    letter = next(text for text in texts(weber.heard(mark)) if "?start=" in text)
    assert await house.rows("SELECT count(*) FROM answers") == [(0,)]
    assert await house.rows("SELECT state FROM cares") == [("invited",)]
    right = house.stranger()
    right.start(token_in(letter))
    await house.settle()
    assert right.last.startswith("Willkommen. Dr. Weber")
    # the old button is of nobody any more
    weber.tap_data(came.message_id, "wn:1")
    await house.settle()
    assert await house.rows("SELECT state FROM cares") == [("asked",)]


@pytest.mark.parametrize("typed", ["every tue 15:00", ""])
async def test_the_regular_time_is_the_therapists_and_stays(house: House, typed: str) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    came = next(e for e in weber.heard() if e.text.startswith("A.B. has opened the link."))
    if typed:
        await house.say(weber, f"/session A.B. {typed}")
        await house.tap(weber, "Yes, that is right")
    weber.tap_data(came.message_id, "wp:1")
    await house.settle()
    await house.tap(weber, "Yes, undo it")
    await house.travel(by=timedelta(minutes=1))
    card = (await house.say(weber, "/client A.B."))[-1]
    assert ("Regular time: every Tuesday, 15:00, 50 minutes." in card) is bool(typed)
    assert ("Tue 24 Nov, 15:00" in card) is bool(typed)


async def test_a_slip_is_taken_back_and_later_nothing_is_undone(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    came = next(e for e in weber.heard() if e.text.startswith("A.B. has opened the link."))
    weber.tap_data(came.message_id, "wp:1")
    await house.settle()
    await house.tap(weber, "No, it was the right person")
    assert await house.rows("SELECT state FROM cares") == [("active",)]
    await house.travel(by=timedelta(days=29))
    weber.tap_data(came.message_id, "wn:1")
    await house.settle()
    assert await house.rows("SELECT state FROM cares") == [("active",)]


def test_the_words_are_enough_and_differ() -> None:
    for language in ("en", "de"):
        words = words_of(language)
        assert len(set(words)) == len(words) >= 128
