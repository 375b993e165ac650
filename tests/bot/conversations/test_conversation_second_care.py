"""A client who takes part with two therapists of one practice: two cares, each apart."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.sandbox import Person
from bot.services.own_data import copying
from tests.support.house import AGREE, House, texts

WEBER, KAYA = "Dr. Weber", "Dr. Kaya"


async def _pair(house: House, *, agrees: bool = True) -> tuple[Person, Person, Person]:
    """The client of two therapists, with both of them; the first knows them as A.B."""
    weber, kaya = await house.therapist(WEBER), await house.therapist(KAYA)
    client = await house.client(weber, "A.B.")
    await _join(house, client, kaya, "Max", agrees=agrees)
    return weber, kaya, client


async def _join(
    house: House, client: Person, therapist: Person, alias: str, *, agrees: bool = True
) -> list[str]:
    token, mark = await house.invite(therapist, alias), client.mark
    client.start(token)
    await house.settle()
    shown = texts(client.heard(mark))
    if agrees:
        await house.read_consent(client)
        await house.tap(client, AGREE["en"])
    return shown


async def _states(house: House) -> list[tuple[str, ...]]:
    return await house.rows("SELECT state FROM cares ORDER BY id")


async def test_a_second_link_asks_for_a_consent_of_its_own(house: House) -> None:
    weber, kaya = await house.therapist(WEBER), await house.therapist(KAYA)
    client = await house.client(weber, "A.B.")
    mark, first = kaya.mark, weber.mark
    said = await _join(house, client, kaya, "Max", agrees=False)
    assert said[0].startswith("You take part here with Dr. Weber already")
    assert said[1].startswith("Your word is ") and KAYA in said[1]
    assert said[2].startswith("Welcome. Dr. Kaya invites you")
    assert any("Max" in told for told in texts(kaya.heard(mark))[-1:])
    assert await _states(house) == [("active",), ("asked",)]
    await house.read_consent(client)
    await house.tap(client, AGREE["en"])
    assert await _states(house) == [("active",), ("active",)]
    assert weber.heard(first) == []
    assert await house.rows("SELECT count(*) FROM people WHERE role = 'client'") == [(1,)]


async def test_no_therapist_learns_of_the_other(house: House) -> None:
    weber, kaya, _ = await _pair(house)
    codes = await house.rows("SELECT p.code, c.code FROM cares c JOIN people p ON p.id = client_id")
    assert codes[0][1] is None and codes[1][1] not in (None, codes[1][0])
    for therapist, other, alias in ((weber, KAYA, "Max"), (kaya, WEBER, "A.B.")):
        await house.say(therapist, "/clients")
        await house.say(therapist, f"/client {alias}")
        await house.say(therapist, "/digest")
        seen = "\n".join(texts(therapist.heard()))
        assert other not in seen
        assert f"{alias} (" not in seen
    ((own, second),) = [row for row in codes if row[1]]
    assert second in "\n".join(await house.say(kaya, "/clients"))
    assert own not in "\n".join(texts(kaya.heard()))


async def test_a_second_link_of_the_same_therapist_is_not_used(house: House) -> None:
    weber = await house.therapist(WEBER)
    client = await house.client(weber, "A.B.")
    token = await house.invite(weber, "C.D.")
    mark = client.mark
    client.start(token)
    await house.settle()
    (said,) = texts(client.heard(mark))
    assert said.startswith("You take part here with the therapist of this link already")
    assert await _states(house) == [("active",), ("invited",)]
    other = house.stranger("Somebody")
    other.start(token)
    await house.settle()
    assert await _states(house) == [("active",), ("asked",)]


async def test_a_no_to_the_second_leaves_the_first_untouched(house: House) -> None:
    _, _, client = await _pair(house, agrees=False)
    (_, said) = await house.tap(client, "No, thank you")
    assert said.startswith("That is fine. Nothing will be asked for Dr. Kaya.")
    assert said.endswith("With Dr. Weber, everything goes on as it is.")
    assert await _states(house) == [("active",), ("declined",)]
    (said,) = await house.say(client, "/pause")
    assert said.startswith("Paused.") and KAYA not in said


async def test_a_command_of_one_care_asks_with_whom_and_goes_on(house: House) -> None:
    _, _, client = await _pair(house)
    assert await house.say(client, "/pause until monday") == [
        "Whom is this about? What you wrote behind the command waits for your tap. Without it "
        "nobody reads it, and it is deleted after two days."
    ]
    said = (await house.tap(client, KAYA))[-1]
    assert said.startswith("Paused until Monday, 30 November.")
    assert said.endswith(
        "This is about Dr. Kaya only. With Dr. Weber, everything goes on as it is."
    )
    paused = await house.rows("SELECT paused_until IS NOT NULL FROM cares ORDER BY id")
    assert paused == [(0,), (1,)]
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]
    # the one that is paused is the only one that can go on
    (said,) = await house.say(client, "/resume")
    assert "This is about Dr. Kaya only." in said


async def test_a_second_tap_on_the_choice_does_nothing_more(house: House) -> None:
    _, kaya, client = await _pair(house)
    await house.say(client, "/topic the quarrel")
    ((_, first), (_, second)) = [(b.text, b.data) for b in client.screen[-1].keyboard.buttons]
    assert first and second
    await house.forge(client, second)
    assert await house.forge(client, first) == [
        "This question is already settled. Please use the newest message."
    ]
    kept = await house.rows("SELECT care_id FROM notes WHERE kept_at IS NOT NULL")
    assert kept == [(2,)]
    await house.say(kaya, "/digest")
    assert "the quarrel" in "\n".join(texts(kaya.heard()))


async def test_words_outside_a_check_in_go_to_the_one_who_was_tapped(house: House) -> None:
    weber, kaya, client = await _pair(house)
    (said,) = await house.say(client, "The rent again")
    assert said.startswith("There is no open question right now. Who shall get these words")
    await house.tap(client, "Pass it on to Dr. Kaya")
    for therapist in (weber, kaya):
        await house.say(therapist, "/digest")
    assert "The rent again" in "\n".join(texts(kaya.heard()))
    assert "The rent again" not in "\n".join(texts(weber.heard()))


async def test_typed_words_answer_the_question_shown_last_whosever_it_is(house: House) -> None:
    weber, kaya, client = await _pair(house)
    await house.travel(by=timedelta(days=2, hours=10))
    open_ = await house.rows("SELECT care_id FROM check_ins WHERE status = 'open'")
    assert open_ == [(1,)]  # one at a time in a chat
    await house.say(client, "7")
    while await house.rows("SELECT 1 FROM check_ins WHERE status = 'open' AND care_id = 1"):
        await house.say(client, "skip")
    await house.settle()
    assert await house.rows("SELECT care_id FROM check_ins WHERE status = 'open'") == [(2,)]
    await house.say(client, "3")
    rated = await house.rows(
        "SELECT care_id, count(*) FROM answers JOIN check_ins ON check_ins.id = check_in_id"
        " WHERE measures IS NOT NULL GROUP BY care_id ORDER BY care_id"
    )
    assert [care for care, _ in rated] == [1, 2]
    assert KAYA not in "\n".join(texts(weber.heard()))
    assert WEBER not in "\n".join(texts(kaya.heard()))


async def test_stopping_with_one_goes_on_with_the_other(house: House) -> None:
    _, _, client = await _pair(house)
    await house.say(client, "/stop")
    question = (await house.tap(client, WEBER))[-1]
    assert question.endswith(
        "This is about Dr. Weber only. With Dr. Kaya, everything goes on as it is."
    )
    said = (await house.tap(client, "Yes, end them"))[-1]
    assert said.startswith("The check-ins for Dr. Weber have ended")
    assert await _states(house) == [("ended",), ("active",)]
    (said,) = await house.say(client, "/pause")
    assert said.startswith("Paused.")
    await house.say(client, "/resume")
    await house.say(client, "/stop")
    said = (await house.tap(client, "Yes, end them"))[-1]
    assert said.startswith("The check-ins have ended and your consent is withdrawn.")
    (said,) = await house.say(client, "/checkin")
    assert said.startswith("The check-ins in this chat have ended")


async def test_erasing_takes_both_and_tells_both(house: House) -> None:
    weber, kaya, client = await _pair(house)
    (said,) = await house.say(client, "/erase")
    assert WEBER in said and KAYA in said
    await house.tap(client, "Go on to erasing")
    receipt = "\n".join(await house.tap(client, "Erase everything now"))
    assert "erased" in receipt
    assert await house.rows("SELECT count(*) FROM cares") == [(0,)]
    told = await house.rows("SELECT therapist_id FROM erasure_notices ORDER BY therapist_id")
    assert len(told) == 2
    await house.travel(by=timedelta(days=7))
    for therapist in (weber, kaya):
        assert "one client were erased" in "\n".join(texts(therapist.heard()))


async def test_a_language_chosen_for_both_leaves_the_open_questions_as_they_began(
    house: House,
) -> None:
    _, _, client = await _pair(house)
    await house.say(client, "/language")
    chosen = client.newest
    await house.travel(by=timedelta(days=2, hours=10))
    assert await house.rows("SELECT care_id FROM check_ins WHERE status = 'open'") == [(1,)]
    client.tap("Deutsch, Sie", chosen)
    await house.settle()
    assert "Die Fragen, die offen sind" in "\n".join(texts(client.heard()))


async def test_a_copy_tells_what_was_noted_under_either_care(house: House) -> None:
    _, _, client = await _pair(house)
    (code,) = (row[0] for row in await house.rows("SELECT code FROM cares WHERE code IS NOT NULL"))
    own = await house.stored(client)
    copy = await house.work(lambda work: copying.copy_of(work, own, by=own.code))
    noted = [(each["action"], each["by"]) for each in json.loads(copy.as_json)["audit"]]
    assert noted.count(("client.invited", "therapist")) == 2
    assert noted.count(("consent.given", "you")) == 2
    assert ("client.opened_link", "you") in noted
    assert code not in {by for _, by in noted}
