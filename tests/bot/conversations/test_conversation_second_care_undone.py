"""Somebody else came by the link of one therapist and is the client of another one: what they gave
the one goes, the other's stays whole, and nobody learns of anybody.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import House, texts, token_in
from tests.support.two_therapists import ALIASES, KAYA, WEBER, Pair, join, pair_in, read_by

UNDO = "That was somebody else"
SURE = "Yes, undo it"
TOLD = {
    "en": "Dr. Kaya has noted that the link was meant for somebody else.",
    "de": "Dr. Kaya hat vermerkt, dass der Link für jemand anderen gedacht war.",
    "de_du": "Dr. Kaya hat vermerkt, dass der Link für jemand anderen gedacht war.",
}
GOES_ON = {
    "en": "With Dr. Weber, everything goes on as it is.",
    "de": "Dr. Weber: Da bleibt alles, wie es ist.",
    "de_du": "Dr. Weber: Da bleibt alles, wie es ist.",
}


async def undo(house: House, therapist: Person) -> list[str]:
    """Tap both steps under the newest message that said who came; what is read then."""
    await house.tap(therapist, UNDO)
    return await house.tap(therapist, SURE)


async def rate(house: House, pair: Pair, whose: str, rating: str, words: str) -> None:
    """Answer a check-in of one of them, and leave a note for the same."""
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, whose)
    await house.tap(pair.client, rating)
    while await house.rows("SELECT 1 FROM check_ins WHERE status = 'open'"):
        await house.say(pair.client, words)
    await house.say(pair.client, f"/topic {words}")
    await house.tap(pair.client, whose)


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_a_second_care_goes_alone_and_the_first_stays_whole(
    house: House, language: str
) -> None:
    pair = await pair_in(house, language)
    for whose, rating, words in ((WEBER, "7", "bread"), (KAYA, "3", "butter")):
        await rate(house, pair, whose, rating, words)
    before = await house.rows("SELECT * FROM answers WHERE check_in_id = 1 ORDER BY step_id")
    assert before
    kept = {
        table: await house.rows(f"SELECT * FROM {table} WHERE care_id = 1 ORDER BY id")
        for table in ("check_ins", "notes", "consents", "enrolments", "occurrences")
    }
    person = await house.stored(pair.client)
    marks = pair.weber.mark, pair.client.mark
    shown = await undo(house, pair.kaya)
    letter = next(text for text in texts(pair.kaya.heard()) if "?start=" in text and text)
    assert any("link" in each.lower() for each in shown) and letter
    # the other's is as it was, the person and their key too
    for table, rows in kept.items():
        assert await house.rows(f"SELECT * FROM {table} WHERE care_id = 1 ORDER BY id") == rows
    assert await house.rows("SELECT * FROM answers ORDER BY step_id") == before
    assert await house.stored(pair.client) == person
    states = await house.rows("SELECT state FROM cares ORDER BY id")
    assert states == [("active",), ("invited",)]
    assert pair.weber.heard(marks[0]) == []
    # who came by the link is told, truly, and in one message
    (told,) = texts(pair.client.heard(marks[1]))
    assert TOLD[language] in told and told.endswith(GOES_ON[language])
    assert not told.startswith("Dr.")  # a lock screen names nobody
    counted = {"en": "Check-ins: 1, with answers: "}.get(language, "")
    assert counted in told, "of this care alone"
    await house.travel(by=timedelta(days=7))
    to_kaya, to_weber = await read_by(house, pair.kaya), await read_by(house, pair.weber)
    assert "The data of one client were erased." in to_kaya
    assert "erased" not in to_weber and "bread" in to_weber
    # the chat goes on as that of one therapist's client
    assert KAYA not in "".join(await house.say(pair.client, "/help"))


async def test_the_new_link_is_good_for_the_right_person_and_the_old_tap_is_not(
    house: House,
) -> None:
    pair = await pair_in(house)
    mark = pair.kaya.mark
    await undo(house, pair.kaya)
    letter = next(text for text in texts(pair.kaya.heard(mark)) if "?start=" in text)
    right = house.stranger()
    right.start(token_in(letter))
    await house.settle()
    assert right.last.startswith("Welcome. Dr. Kaya")
    came = next(e for e in pair.kaya.heard() if e.text.startswith("Max has opened the link."))
    pair.kaya.tap_data(came.message_id, "wn:2")
    await house.settle()
    assert [s for (s,) in await house.rows("SELECT state FROM cares ORDER BY id")] == [
        "active",
        "asked",
    ]
    assert await house.rows("SELECT count(DISTINCT client_id) FROM cares") == [(2,)]


async def test_the_first_care_goes_alone_and_the_second_keeps_its_code(house: House) -> None:
    """The one whom the client came to first undoes it; their code must name nobody afterwards."""
    pair = await pair_in(house)
    await rate(house, pair, KAYA, "3", "butter")
    ((own,),) = await house.rows("SELECT code FROM people WHERE role = 'client'")
    ((second,),) = await house.rows("SELECT code FROM cares WHERE code IS NOT NULL")
    mark = pair.kaya.mark
    await undo(house, pair.weber)
    assert pair.kaya.heard(mark) == []
    assert second in "".join(await house.say(pair.kaya, "/clients"))
    assert await house.rows(f"SELECT count(*) FROM people WHERE code = '{own}'") == [(0,)]
    assert "butter" in await read_by(house, pair.kaya)
    # and all of it can be erased afterwards, under the code that is left
    await house.say(pair.client, "/erase")
    await house.tap(pair.client, "Go on to erasing")
    await house.tap(pair.client, "Erase everything now")
    log = await house.rows("SELECT code, care_id FROM erasures ORDER BY id")
    assert log == [(own, 1), (second, None)]


async def test_undone_before_the_client_has_agreed_and_twice(house: House) -> None:
    pair = await pair_in(house, agrees=False)
    mark = pair.client.mark
    await undo(house, pair.kaya)
    (told,) = texts(pair.client.heard(mark))
    assert TOLD["en"] in told
    link = next(text for text in reversed(texts(pair.kaya.heard())) if "?start=" in text)
    pair.client.start(token_in(link))
    await house.settle()
    await house.read_consent(pair.client)
    await house.tap(pair.client, "I agree")
    await undo(house, pair.kaya)
    assert [s for (s,) in await house.rows("SELECT state FROM cares ORDER BY id")] == [
        "active",
        "invited",
    ]


async def test_what_waits_for_another_therapist_is_not_touched(house: House) -> None:
    """Both use one alias: what waits for the other about it leaves as it was."""
    weber, kaya = await house.therapist(WEBER), await house.therapist(KAYA)
    client = await house.client(weber, "A.B.")
    await join(house, client, kaya, "A.B.")
    marks = weber.mark, kaya.mark
    for therapist in (weber, kaya):
        house.sandbox.faults.flood(60, therapist.chat_id)
        await house.say(therapist, "/clients")
    kaya.tap_data(next(e for e in kaya.heard() if "has opened" in e.text).message_id, "wn:2")
    await house.travel(by=timedelta(minutes=5))
    assert "A.B." in texts(weber.heard(marks[0]))[0]
    assert "changed" not in "\n".join(texts(weber.heard(marks[0])))
    assert "• A.B." not in texts(kaya.heard(marks[1]))[0], "what named them is said anew"


async def test_after_28_days_and_after_a_move_by_that_link_nothing_is_undone(house: House) -> None:
    pair = await pair_in(house)
    await house.travel(by=timedelta(days=29))
    came = next(e for e in pair.kaya.heard() if e.text.startswith("Max has opened the link."))
    pair.kaya.tap_data(came.message_id, "wn:2")
    await house.settle()
    assert await house.rows("SELECT state FROM cares WHERE id = 2") == [("active",)]


async def move(house: House, therapist: Person, alias: str) -> Person:
    """The client goes on in another chat, by a link of this therapist; the new chat."""
    await house.say(therapist, f"/client {alias}")
    await house.tap(therapist, "New phone or account")
    await house.tap(therapist, "Make the link")
    letter = next(text for text in reversed(texts(therapist.heard())) if "?start=" in text)
    new = house.stranger("New")
    new.start(token_in(letter))
    await house.settle()
    return new


@pytest.mark.parametrize("mover", [WEBER, KAYA])
async def test_a_move_by_the_other_therapists_link_does_not_matter(
    house: House, mover: str
) -> None:
    pair = await pair_in(house)
    therapist = {WEBER: pair.weber, KAYA: pair.kaya}[mover]
    await move(house, therapist, ALIASES[mover])
    await house.tap(therapist, "I have heard the word")
    came = next(e for e in pair.kaya.heard() if e.text.startswith("Max has opened the link."))
    pair.kaya.tap_data(came.message_id, "wn:2")
    await house.settle()
    left = await house.rows("SELECT count(*) FROM cares WHERE id = 2")
    assert left == [(0 if mover == WEBER else 1,)]


async def test_an_unused_link_to_another_chat_ends_with_the_care(house: House) -> None:
    """It would be a link of nobody's care: whoever opens it must stay a stranger."""
    pair = await pair_in(house)
    await house.say(pair.kaya, "/client Max")
    await house.tap(pair.kaya, "New phone or account")
    await house.tap(pair.kaya, "Make the link")
    letter = next(text for text in reversed(texts(pair.kaya.heard())) if "?start=" in text)
    came = next(e for e in pair.kaya.heard() if e.text.startswith("Max has opened the link."))
    pair.kaya.tap_data(came.message_id, "wn:2")
    await house.settle()
    new = house.stranger("New")
    new.start(token_in(letter))
    await house.settle()
    assert new.last.startswith("This link has expired or was used already.")
    assert await house.rows("SELECT count(*) FROM chats") == [(3,)]


async def test_words_typed_for_the_care_that_went_reach_nobody_by_themselves(
    house: House,
) -> None:
    pair = await pair_in(house)
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, KAYA)
    await undo(house, pair.kaya)
    (said,) = await house.say(pair.client, "3")
    assert said.startswith("There is no open question right now.")
    assert "3" not in texts(pair.weber.heard())
    assert await house.rows("SELECT count(*) FROM notes WHERE kept_at IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("speak", ["en", "de"])
async def test_hard_words_are_to_be_looked_at_first_and_the_quiet_after_the_card_lasts_on(
    house: House, speak: str
) -> None:
    pair = await pair_in(house, speak=speak)
    await house.travel(by=timedelta(days=2, hours=7))
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, KAYA)
    await house.tap(pair.client, "3")
    await house.say(pair.client, "I don't want to live anymore")
    undo_it, sure = {"en": (UNDO, SURE)}.get(speak, ("Das war jemand anderes", "Ja, zurücknehmen"))
    asked = (await house.tap(pair.kaya, undo_it))[-1]
    assert {"en": "please look at it first", "de": "sehen Sie sie vorher an"}[speak] in asked
    await house.tap(pair.kaya, sure)
    assert await house.rows("SELECT count(*) FROM cares WHERE id = 2") == [(0,)]
    await house.travel(by=timedelta(hours=4))  # the other's weekly questions are due by now
    assert await house.rows("SELECT count(*) FROM check_ins") == [(0,)]
    await house.travel(by=timedelta(hours=24))
    why = await house.rows(
        "SELECT DISTINCT care_id, reason FROM occurrences WHERE state = 'missed'"
    )
    assert why == [(1, "after_card")]
