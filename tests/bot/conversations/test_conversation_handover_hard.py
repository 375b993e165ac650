"""Handing over where it must not go wrong: hard words, a new phone, two therapists, erasing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Person
from bot.services.own_data import copying
from storage import cares as stored_cares
from storage import handovers
from tests.bot.conversations.test_conversation_handover import (
    EVERYTHING,
    MOMENT,
    NOW_ON,
    ROOM,
    SUNDAY,
    YES,
    all_read,
    ask,
    cares,
    hand_over,
    propose,
    three,
)
from tests.bot.conversations.test_conversation_new_phone import judge, moved
from tests.support.house import CRISIS, House
from tests.support.on_call import HARD
from tests.support.on_call import YES as TELL
from tests.support.two_therapists import pair_in

ASKED = "Dr. Weber suggests that Dr. Kaya goes on with you here."
DONE = [(1, "ended", "handover"), (0, "active", None)]


async def close_case(house: House, weber: Person) -> None:
    """Look at the case and close it, from the digest's draft."""
    await house.say(weber, "/digest")
    await house.forge(weber, "rc:1")
    await house.tap(weber, "Was something else")


async def test_while_hard_words_are_open_nobody_is_handed_over(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.say(client, HARD["en"])
    said = (await house.say(weber, "/handover A.B."))[-1]
    assert said.startswith("A message about hard words of A.B. is still open.")
    await close_case(house, weber)
    assert (await house.say(weber, "/handover A.B."))[-1].startswith("Who is to go on with A.B.?")
    mark = client.mark
    await propose(house, weber)
    await house.tap(kaya, ROOM)
    await house.travel(by=timedelta(hours=11))
    assert ASKED not in all_read(client, mark), "after a crisis card there is quiet"
    await house.travel(by=timedelta(hours=16))
    assert all_read(client, mark).count(ASKED) == 1


async def test_a_yes_waits_until_the_hard_words_were_looked_at(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    asked = client.newest
    await house.say(client, HARD["en"])
    assert CRISIS in all_read(client)
    client.tap_data(asked, "xg:1:yes")
    await house.settle()
    mark, own = weber.mark, kaya.mark
    said = "\n".join(await house.tap(client, EVERYTHING))
    assert "Before that, Dr. Weber looks at something that you wrote here." in said
    assert await cares(house) == [(1, "active", None)]
    assert "It happens once the message about hard words is closed" in all_read(weber, mark)
    assert kaya.heard(own) == []
    await house.travel(by=timedelta(days=2))
    assert await cares(house) == [(1, "active", None)]
    await house.say(weber, "/client A.B.")
    assert all("handover" not in label for row in weber.labels for label in row)
    await close_case(house, weber)
    mark = client.mark
    await house.travel(by=timedelta(hours=14))
    assert await cares(house) == DONE
    told = all_read(client, mark)
    assert "There is something here for you to read.\n\nThank you. From now on Dr. Kaya" in told
    assert "hard" not in all_read(kaya, own)


async def test_after_it_hard_words_are_the_new_therapists_alone(open_practice: Any) -> None:
    house = await open_practice()
    weber, kaya, client = await three(house)
    await house.tap(client, TELL["en"])
    await hand_over(house, weber, kaya, client)
    assert TELL["en"] in [label for row in client.labels for label in row], "asked about anew"
    mark, own = weber.mark, kaya.mark
    await house.say(client, HARD["en"])
    assert weber.heard(mark) == [] and kaya.heard(own) == [], "not agreed to yet"
    await house.tap(client, TELL["en"])
    await house.say(client, f"once more: {HARD['en']}")
    assert "A message that should not wait." in all_read(kaya, own)
    assert weber.heard(mark) == []


async def test_in_a_new_chat_it_is_asked_once_the_right_person_is_known(house: House) -> None:
    weber, kaya, client = await three(house)
    await ask(house, weber, kaya, client)
    new = await moved(house, weber)
    await house.travel(by=timedelta(days=1))
    assert ASKED not in all_read(new)
    await house.forge(new, "xg:1:everything")
    assert await cares(house) == [(1, "active", None)]
    await judge(house, weber, "hw")
    await house.travel(by=timedelta(hours=1))
    assert all_read(new).count(ASKED) == 1
    await house.tap(new, YES)
    await house.tap(new, NOW_ON)
    assert await cares(house) == DONE


async def test_who_is_with_the_colleague_already_is_not_given_away(house: House) -> None:
    pair = await pair_in(house)
    weber, kaya, client = pair.weber, pair.kaya, pair.client
    first, second = weber.mark, kaya.mark
    asked = await ask(house, weber, kaya, client)
    assert "You take part here with Dr. Kaya already" in asked and "both learn it" in asked
    for therapist, mark, other in ((weber, first, "Max"), (kaya, second, "A.B.")):
        assert other not in all_read(therapist, mark)
    await house.tap(client, YES)
    second = kaya.mark
    await house.tap(client, EVERYTHING)
    came = all_read(kaya, second)
    assert "who has said yes and is with you already: Max (" in came and "A.B." not in came
    assert await cares(house) == DONE
    assert await house.rows("SELECT count(*) FROM enrolments WHERE ended_at IS NULL") == (
        await house.rows("SELECT count(*) FROM enrolments WHERE care_id = 2")
    )
    mark = kaya.mark
    await house.travel(to=SUNDAY)
    assert "With you since Monday 23 November, from Dr. Weber." in all_read(kaya, mark)


async def test_a_yes_on_the_way_to_the_colleagues_own_consent_holds_for_both(house: House) -> None:
    pair = await pair_in(house, agrees=False)
    await ask(house, pair.weber, pair.kaya, pair.client)
    await house.tap(pair.client, YES)
    await house.tap(pair.client, NOW_ON)
    assert await cares(house) == DONE
    assert await house.rows("SELECT count(*) FROM consents WHERE revoked_at IS NULL") == [(1,)]
    assert "The next questions will come" in "\n".join(await house.say(pair.client, "/start"))


async def test_erasing_takes_it_out_of_both_digests_and_leaves_no_row(house: House) -> None:
    weber, kaya, client = await three(house)
    await house.say(client, "/topic the quarrel")
    await house.travel(to=SUNDAY)
    await hand_over(house, weber, kaya, client, EVERYTHING)
    await house.say(client, "/topic another")
    await house.travel(by=timedelta(days=7))
    assert await house.rows("SELECT count(*) FROM digest_sections") != [(0,)]
    ((came,),) = await house.rows("SELECT count(*) FROM digest_sections WHERE care_id = 2")
    assert came == 1
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, client.labels[0][0])
    await house.travel(by=MOMENT)
    for table in ("handovers", "cares", "digest_sections", "consents"):
        assert await house.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert "A.B." not in "\n".join(await house.say(kaya, "/clients"))
    assert "A.B." not in "\n".join(await house.say(weber, "/digest 48"))
    assert await house.forge(kaya, "xi:2:0") == ["This button is no longer current."]


async def test_the_copy_says_what_was_suggested_and_answered(house: House) -> None:
    weber, kaya, client = await three(house)
    await hand_over(house, weber, kaya, client)
    made = await house.work(lambda work: copying.make_all(work, stored_cares.load(work.tx, 2)))
    (row,) = json.loads(made.each[0].as_json)["tables"]["handovers"]
    assert row["state"] == "done" and row["to_therapist_id"] == "therapist"


@pytest.mark.parametrize("language", ["de", "de_du"])
async def test_it_is_asked_in_the_clients_language_and_form(house: House, language: str) -> None:
    weber = await house.therapist("Herr Kröger", dative="Herrn Kröger", accusative="Herrn Kröger")
    kaya = await house.therapist("Herr Lang", language="de")
    client = await house.client(weber, "A.B.", language)
    await house.say(weber, "/handover A.B. Herr Lang")
    mark = client.mark
    await house.tap(weber, "Yes, ask Herr Lang")
    await house.tap(kaya, "Ja, es ist Platz")
    await house.travel(by=MOMENT)
    asked = all_read(client, mark)
    whom = "Ihnen" if language == "de" else "dir"
    assert f"Herr Kröger schlägt vor, dass Herr Lang hier mit {whom} weitermacht." in asked
    assert ("Sie" in asked) is (language == "de")
    await house.tap(client, "Ja, und wählen, was gelesen wird")
    mark = kaya.mark
    done = "\n".join(await house.tap(client, "Auch alles von vorher"))
    assert "Ab jetzt bekommt Herr Lang" in done
    assert "Herr Kröger hat jemanden an Sie übergeben, und das Ja ist da: A.B. (" in all_read(
        kaya, mark
    )


async def test_the_consent_goes_on_in_the_version_that_was_given(house: House) -> None:
    weber, kaya, client = await three(house)
    await hand_over(house, weber, kaya, client)
    given = await house.rows("SELECT version, language FROM consents ORDER BY id")
    assert given[0] == given[1]
    done = await house.work(lambda work: handovers.find_done(work.tx, 1))
    assert done is not None and done.new_care_id == 2 and done.lets_read_at is None
