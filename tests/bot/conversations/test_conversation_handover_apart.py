"""A handover touches nothing else: no other client, no other therapist, no older word or flag."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.bot.conversations.test_conversation_consent_anew import change_the_text
from tests.bot.conversations.test_conversation_handover import (
    MOMENT,
    NOW_ON,
    ROOM,
    YES,
    all_read,
    ask,
    cares,
    propose,
    three,
)
from tests.bot.conversations.test_conversation_handover_again import GONE, OVER, touch
from tests.bot.conversations.test_conversation_said import HOUR, RATED, SAID_SO, SUNDAY
from tests.support.house import House
from tests.support.on_call import HARD
from tests.support.two_therapists import pair_in

ASKED = "Dr. Weber suggests that"


async def test_a_third_therapist_is_not_taken_for_the_one_who_is_there_already(
    house: House,
) -> None:
    pair = await pair_in(house, colleague="Dr. Lang")
    lang, mark = pair.colleague, pair.kaya.mark
    assert isinstance(lang, Person)
    await house.say(pair.weber, "/handover A.B. Dr. Lang")
    await house.tap(pair.weber, "Yes, ask Dr. Lang")
    own = pair.client.mark
    await house.tap(lang, ROOM)
    await house.travel(by=MOMENT)
    assert "You take part here with" not in all_read(pair.client, own)
    await house.tap(pair.client, YES)
    await house.tap(pair.client, NOW_ON)
    assert await cares(house) == [
        (1, "ended", "handover"),
        (0, "active", None),
        (0, "active", None),
    ]
    assert "A.B. (" in (await house.say(lang, "/clients"))[-1]
    assert pair.kaya.heard(mark) == []


async def test_room_for_one_is_no_room_for_another_who_was_asked_about_apart(
    house: House,
) -> None:
    weber, kaya, _ = await three(house)
    other = await house.client(weber, "C.D.")
    await propose(house, weber, "C.D. Dr. Kaya")
    await house.travel(by=timedelta(hours=1))
    mark = other.mark
    await propose(house, weber)
    await house.tap(kaya, ROOM)
    await house.travel(by=MOMENT)
    assert await house.rows("SELECT state FROM handovers ORDER BY id") == [
        ("proposed",),
        ("asked",),
    ]
    assert other.heard(mark) == []


async def test_a_changed_consent_is_answered_first(house: House) -> None:
    weber, kaya, client = await three(house)
    await change_the_text(house)
    await propose(house, weber)
    await house.tap(kaya, ROOM)
    mark = client.mark
    await house.travel(by=timedelta(hours=2))
    assert ASKED not in all_read(client, mark)
    await house.say(client, "/start")
    await house.read_consent(client)
    await house.tap(client, "I agree")
    await house.travel(by=timedelta(hours=1))
    assert all_read(client, mark).count(ASKED) == 1


async def test_an_old_answer_that_becomes_hard_words_is_seen_by_who_is_there_now(
    house: House,
) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    answer = client.say("a fine day")
    await house.settle()
    await touch(house, client, asked, "xg:1:now_on")
    client.edit(answer, HARD["en"])
    await house.settle()
    assert await house.rows("SELECT DISTINCT care_id FROM risk_steps") == [(2,)]


async def test_a_yes_that_waits_is_not_answered_twice(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.say(client, HARD["en"])
    await touch(house, client, asked, "xg:1:now_on")
    for word in ("no", "everything", "later"):
        await touch(house, client, asked, f"xg:1:{word}")
        found = "SELECT state, lets_read_at FROM handovers"
        assert await house.rows(found) == [("agreed", None)], word


async def test_once_an_ending_is_decided_a_yes_hands_over_no_more(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.say(weber, "/client A.B.")
    await house.tap(weber, "End the therapy …")
    await house.tap(weber, weber.labels[2][0])
    await house.tap(weber, "Without last questions")
    assert await touch(house, client, asked, "xg:1:everything") == [OVER]
    assert await cares(house) == [(1, "active", None)]
    await house.travel(by=timedelta(days=14, hours=1))
    assert await house.rows("SELECT state FROM handovers") == [("over",)]


async def test_a_strain_that_was_said_stays_with_whom_it_was_about(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.travel(to=SUNDAY - 5 * HOUR)
    await house.say(weber, "/session A.B.")
    await house.travel(to=SUNDAY - HOUR)
    for label in (*RATED, "Yes"):
        await house.tap(client, label)
    assert "A.B." in "\n".join(await house.say(weber, "/flags"))
    flags = weber.newest
    await touch(house, client, asked, "xg:1:everything")
    assert "A.B." not in "\n".join(await house.say(weber, "/flags"))
    on = GONE.replace("23 Nov", "29 Nov")
    assert await touch(house, weber, flags, "f:1:0") == [on]
    mark, own = weber.mark, kaya.mark
    await house.travel(to=SUNDAY)
    told = all_read(weber, mark)
    assert SAID_SO in told and "is with Dr. Kaya since Sunday 29 November" in told
    assert all(label != "A.B. …" for row in weber.labels for label in row)
    assert SAID_SO not in all_read(kaya, own)
    assert "A.B." not in "\n".join(await house.say(kaya, "/flags"))
