"""Handing over, and what may come between: no, later, silence, second thoughts, old buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from bot.sandbox.ledger import Message
from tests.bot.conversations.test_conversation_handover import (
    BEFORE,
    EVERYTHING,
    KAYA,
    LATER,
    MOMENT,
    NO,
    NO_ROOM,
    NOW_ON,
    ROOM,
    SUNDAY,
    WEBER,
    YES,
    all_read,
    ask,
    cares,
    hand_over,
    propose,
    three,
)
from tests.support.house import House, texts

GONE = "A.B. is with Dr. Kaya since 23 Nov. Nothing is shown here any more."
STALE = "This question is already settled. Please use the newest message."
OVER = "This question is over. Nothing has changed by it."
ASKED = "Dr. Weber suggests that Dr. Kaya goes on with you here."
AS_BEFORE = [(1, "active", None)]
DONE = [(1, "ended", "handover"), (0, "active", None)]


async def touch(house: House, person: Person, message: Message, data: str) -> list[str]:
    """What is shown in answer to an old button."""
    mark = person.mark
    person.tap_data(message, data)
    await house.settle()
    return texts(person.heard(mark))


async def state(house: House) -> str:
    ((found,),) = await house.rows("SELECT state FROM handovers ORDER BY id DESC LIMIT 1")
    return str(found)


async def test_a_no_changes_nothing_and_is_told_once_without_a_reason(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    mark, own = weber.mark, kaya.mark
    said = (await house.tap(client, NO))[-1]
    assert said.startswith("That is fine. Nothing changes: Dr. Weber gets your answers as before")
    await house.travel(by=timedelta(days=20))
    assert all_read(weber, mark).count("would rather not go on with Dr. Kaya") == 1
    assert "A.B." not in all_read(kaya, own) and "not" not in all_read(kaya, own)
    assert await cares(house) == AS_BEFORE
    # a second time is possible, and is asked anew
    assert ASKED in await ask(house, weber, kaya, client)


async def test_later_asks_again_the_next_day_and_may_be_answered_before(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    (said,) = await house.tap(client, LATER)
    assert said.startswith("Put off: the question comes again on Tuesday, 24 November, 09:00.")
    card = (await house.say(weber, "/client A.B."))[-1]
    assert "A.B. was asked on Mon 23 Nov and has not answered yet." in card
    mark = client.mark
    await house.travel(by=timedelta(hours=23))
    assert ASKED not in all_read(client, mark)
    await house.travel(by=timedelta(hours=2))
    assert all_read(client, mark).count(ASKED) == 1
    await house.tap(client, LATER)
    await house.tap(client, YES)
    assert "From now on Dr. Kaya" in "\n".join(await house.tap(client, NOW_ON))
    mark = client.mark
    await house.travel(by=timedelta(days=2))
    assert ASKED not in all_read(client, mark)


async def test_silence_ends_it_after_two_weeks_on_either_side(house: House) -> None:
    weber, kaya, client = await three(house)
    await propose(house, weber)
    mark, own = weber.mark, client.mark
    await house.travel(by=timedelta(days=13, hours=23))
    assert "has not answered" not in all_read(weber, mark) and await state(house) == "proposed"
    await house.travel(by=timedelta(hours=2))
    told = all_read(weber, mark)
    assert told.count("Dr. Kaya has not answered whether there is room, so A.B. was not") == 1
    assert await house.tap(kaya, ROOM) == ["This button is no longer current."]
    assert ASKED not in all_read(client, own)
    await ask(house, weber, kaya, client)
    asked = client.newest
    mark = weber.mark
    await house.travel(by=timedelta(days=14, hours=1))
    assert all_read(weber, mark).count("A.B. has not answered whether Dr. Kaya may go on") == 1
    ((number,),) = await house.rows("SELECT max(id) FROM handovers")
    assert await touch(house, client, asked, f"xg:{number}:everything") == [OVER]
    assert await cares(house) == AS_BEFORE


async def test_without_room_the_client_is_never_asked(house: House) -> None:
    weber, kaya, client = await three(house)
    await propose(house, weber)
    mark, own = weber.mark, client.mark
    assert "no room at the moment" in (await house.tap(kaya, NO_ROOM))[-1]
    assert "Dr. Kaya has no room at the moment, so A.B. was not asked." in all_read(weber, mark)
    await house.travel(by=timedelta(minutes=5))
    assert client.heard(own) == [] and await state(house) == "no_room"


async def test_taken_back_before_the_yes_it_is_as_if_it_had_not_been(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.say(weber, "/client A.B.")
    mark = client.mark
    said = (await house.tap(weber, "Take the handover back"))[-1]
    assert said == "Taken back: A.B. stays with you, and nothing has changed."
    assert "has been taken back. Nothing changes" in all_read(client, mark)
    assert await touch(house, client, asked, "xg:1:everything") == [OVER]
    assert await cares(house) == AS_BEFORE
    assert await house.forge(weber, "xe:1") == ["This button is no longer current."]


async def test_one_handover_at_a_time_and_a_second_tap_asks_nobody_twice(house: House) -> None:
    weber, kaya, _ = await three(house)
    await house.therapist("Dr. Lang")
    await house.say(weber, "/handover A.B. Dr. Kaya")
    sure = weber.newest
    mark = kaya.mark
    for _ in range(2):
        weber.tap_data(sure, f"xd:1:{(await house.stored(kaya)).id}")
    await house.settle()
    assert len(kaya.heard(mark)) == 1
    shown = (await house.say(weber, "/handover A.B. Dr. Lang"))[-1]
    assert "Dr. Kaya: asked whether there is room" in shown
    assert await house.rows("SELECT count(*) FROM handovers") == [(1,)]


async def test_two_taps_on_yes_hand_over_once(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    await house.tap(client, YES)
    shown = client.newest
    for _ in range(2):
        client.tap_data(shown, "xg:1:now_on")
    await house.settle()
    assert await cares(house) == DONE
    assert await house.rows("SELECT count(*) FROM handovers") == [(1,)]


async def test_old_buttons_of_the_first_therapist_open_nothing(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.say(weber, "/session A.B. every tue 15:00")
    await house.tap(weber, "Yes, that is right")
    await house.say(weber, "/note A.B. likes to walk")
    await house.say(weber, "/client A.B.")
    card = weber.newest
    await hand_over(house, weber, kaya, client)
    for old in ("p:1", "t:1", "rg:1", "so:1:0", "sm:1:0:no_show", "nf:1", "ec:1", "xa:1", "xb:1:0"):
        assert await touch(house, weber, card, old) == [GONE], old
    (shown,) = await house.say(weber, "/client A.B.")
    assert "with Dr. Kaya since Mon 23 Nov" in shown and "Nothing of A.B. is shown to you" in shown
    assert weber.newest.keyboard is None
    listed = (await house.say(weber, "/clients"))[-1]
    assert "with Dr. Kaya since Mon 23 Nov" in listed
    assert "likes to walk" in "\n".join(await house.say(weber, "/note A.B."))
    assert await house.tap(weber, "Delete 1") != [GONE]
    assert "A.B." not in "\n".join(await house.say(weber, "/session"))
    mark = weber.mark
    await house.travel(by=timedelta(days=3))
    assert "Your therapy sessions on" not in all_read(weber, mark)


async def test_what_was_open_with_the_first_is_over_and_no_word_goes_astray(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.say(client, "/checkin")
    question = client.newest
    await house.tap(client, "7")
    client.tap_data(asked, "xg:1:everything")
    await house.settle()
    assert await cares(house) == DONE
    assert await house.rows("SELECT status FROM check_ins") == [("stopped",)]
    assert await touch(house, client, question, "a:1:1:3") == [STALE]
    mark = kaya.mark
    await house.say(client, "/topic for you")
    assert "for you" in "\n".join(await house.say(kaya, "/digest"))
    assert "for you" not in "\n".join(await house.say(weber, "/digest"))
    assert "for you" in all_read(kaya, mark)


@pytest.mark.parametrize("how", ["/pause", "block"])
async def test_nobody_is_asked_in_a_pause_or_out_of_reach(house: House, how: str) -> None:
    weber, kaya, client = await three(house)
    if how == "block":
        client.block()
    else:
        client.say(how)
    await propose(house, weber)
    await house.tap(kaya, ROOM)
    mark = client.mark
    await house.travel(by=timedelta(days=3))
    assert ASKED not in all_read(client, mark) and await state(house) == "taken"
    card = (await house.say(weber, "/client A.B."))[-1]
    assert "A.B. is asked as soon as it fits: not in a pause" in card
    if how == "block":
        client.unblock()
    else:
        client.say("/resume")
    await house.travel(by=timedelta(hours=1))
    assert all_read(client, mark).count(ASKED) == 1


async def test_nobody_is_asked_in_quiet_hours_or_amid_questions(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.travel(by=timedelta(hours=10))  # 19:00: by night nobody of them would be asked
    await propose(house, weber)
    await house.travel(by=timedelta(hours=4))
    await house.tap(kaya, ROOM)
    mark = client.mark
    await house.travel(by=timedelta(hours=8))
    assert client.heard(mark) == []
    await house.travel(by=timedelta(hours=2))
    assert all_read(client, mark).count(ASKED) == 1
    await house.tap(client, NO)
    await house.say(client, "/checkin")
    await propose(house, weber)
    mark = client.mark
    await house.tap(kaya, ROOM)
    await house.travel(by=timedelta(minutes=20))
    assert ASKED not in all_read(client, mark)


async def test_who_stopped_or_ends_is_asked_no_more(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    client.tap_data(asked, "xg:1:everything")
    await house.settle()
    assert await cares(house) == [(1, "ended", "client")]
    other = await house.client(weber, "C.D.")
    await house.say(weber, "/client C.D.")
    await house.tap(weber, "End the therapy …")
    await house.tap(weber, weber.labels[1][0])
    await house.tap(weber, "With a few last questions")
    said = (await house.say(weber, "/handover C.D."))[-1]
    assert "Take the ending back on the card first" in said
    assert other.heard() != []


async def test_who_has_not_agreed_yet_is_not_handed_over_behind_their_back(house: House) -> None:
    weber, _, _ = await three(house)
    await house.client(weber, "C.D.", agrees=False)
    await house.invite(weber, "E.F.")
    for alias in ("C.D.", "E.F."):
        said = (await house.say(weber, f"/handover {alias}"))[-1]
        assert said.startswith(f"{alias} has not agreed to anything yet")
    said = (await house.say(weber, "/handover X.Y."))[-1]
    assert "I do not find “X.Y.” among your clients" in said


async def test_alone_in_the_practice_there_is_nobody_to_choose(house: House) -> None:
    weber = await house.therapist(WEBER)
    await house.client(weber, "A.B.")
    assert "nobody else is connected" in (await house.say(weber, "/handover A.B."))[-1]
    await house.therapist(KAYA)
    assert (await house.say(weber, "/handover A.B. Dr. Nobody"))[-1].startswith(
        "I do not find “Dr. Nobody” among your colleagues here."
    )
    assert (await house.say(weber, "/handover"))[-1].startswith("Whom would you like to hand over")


async def test_handed_back_and_on_to_a_third_each_reads_what_is_theirs(house: House) -> None:
    weber, kaya, client = await three(house)
    lang = await house.therapist("Dr. Lang")
    await house.say(client, "/topic first")
    await house.travel(to=SUNDAY)
    await hand_over(house, weber, kaya, client, EVERYTHING)
    await house.say(client, "/topic second")
    await house.travel(by=timedelta(days=7))
    await house.say(kaya, "/handover A.B. Dr. Weber")
    await house.tap(kaya, "Yes, ask Dr. Weber")
    await house.tap(weber, ROOM)
    await house.travel(by=MOMENT)
    await house.tap(client, YES)
    await house.tap(client, EVERYTHING)
    assert await cares(house) == [
        (1, "ended", "handover"),
        (0, "ended", "handover"),
        (1, "active", None),
    ]
    (card,) = await house.say(weber, "/client A.B.")
    assert "takes part" in card
    read = "\n".join(await house.tap(weber, "From before, with Dr. Kaya"))
    assert "second" in read and "first" not in read
    await house.say(weber, "/note A.B. is back")
    assert "is back" in "\n".join(await house.say(weber, "/note A.B."))
    await house.say(weber, "/handover A.B. Dr. Lang")
    await house.tap(weber, "Yes, ask Dr. Lang")
    await house.tap(lang, ROOM)
    await house.travel(by=MOMENT)
    await house.tap(client, YES)
    await house.tap(client, NOW_ON)
    await house.say(lang, "/client A.B.")
    assert all(not label.startswith("From before") for row in lang.labels for label in row)
    told = "\n".join(await house.say(client, "/mydata"))
    assert told.count("since then with") == 3


async def test_an_alias_that_the_colleague_has_already_gets_a_number(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.client(kaya, "A B")
    await hand_over(house, weber, kaya, client)
    listed = (await house.say(kaya, "/clients"))[-1]
    assert "• A B (" in listed and "• A.B. 2 (" in listed
    assert "A.B. 2" in (await house.say(kaya, "/client A.B. 2"))[-1]


async def test_the_clients_own_times_pause_and_questions_go_along(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.say(client, "/when thu 19:30")
    await ask(house, weber, kaya, client)
    await house.tap(client, YES)
    await house.say(client, "/pause until 1 december")
    before = await house.rows("SELECT flow_id FROM enrolments WHERE ended_at IS NULL ORDER BY 1")
    await house.tap(client, NOW_ON)
    now = await house.rows(
        "SELECT flow_id FROM enrolments WHERE ended_at IS NULL AND care_id = 2 ORDER BY 1"
    )
    assert now == before
    assert await house.rows("SELECT count(*) FROM enrolments WHERE ended_at IS NULL") == [
        (len(now),)
    ]
    assert "paused until" in (await house.say(kaya, "/client A.B."))[-1]
    mark = client.mark
    await house.travel(by=timedelta(days=7))
    assert "How has your week been so far?" not in all_read(client, mark)
    await house.travel(by=timedelta(days=3, hours=12))
    asked = [e for e in client.heard(mark) if "How has your week been so far?" in e.text]
    assert len(asked) == 1 and "Dr. Kaya gets your answers" in asked[0].text


def of(person: Person, label: str) -> bool:
    return any(label in row for row in person.labels)


async def test_what_was_agreed_to_apart_does_not_go_along(house: House) -> None:
    weber, kaya, client = await three(house)
    await hand_over(house, weber, kaya, client)
    assert await house.rows(
        "SELECT care_id, item, revoked_at IS NULL FROM consents ORDER BY id"
    ) == [(1, "answers", 0), (2, "answers", 1)]
    ((old,), (new,)) = await house.rows("SELECT text_hash FROM consents ORDER BY id")
    assert old != new
    shown = "\n".join(await house.say(client, "/privacy"))
    assert "Who reads your answers: Dr. Kaya" in shown and WEBER not in shown
    assert not of(client, BEFORE)
