"""A client with another Telegram account goes on in a new chat. A link may fall into the wrong
hands: until the therapist has heard the word, nothing of before is shown or changed there.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.sandbox.client import Person
from bot.sandbox.faults import Fault
from tests.support.house import House, texts, token_in

WORD = re.compile(r"“(.+?)”|„(.+?)“")
NOT_YET = "That does not work here yet."
STALE = "This question is already settled. Please use the newest message."
OWN = "a kind word from my sister"
LATER = timedelta(minutes=1)


async def link(house: House, therapist: Person, alias: str = "A.B.") -> str:
    """The token that the card of a client makes, in two steps."""
    await house.say(therapist, f"/client {alias}")
    await house.tap(therapist, "New phone or account")
    await house.tap(therapist, "Make the link")
    return token_in(therapist.last)


async def moved(
    house: House, therapist: Person, language: str = "en", alias: str = "A.B."
) -> Person:
    """The chat in which the link was opened, a minute after it was made."""
    new = house.stranger(alias, language[:2])
    token = await link(house, therapist, alias)
    await house.travel(by=LATER)
    new.start(token)
    await house.settle()
    return new


async def begun(house: House, client: Person) -> None:
    """A round in which two answers were given, the second in own words."""
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.say(client, OWN)


def opened(therapist: Person) -> int:
    """The message that says that the link was opened."""
    return next(
        e.message_id for e in reversed(therapist.heard()) if "the link to another chat" in e.text
    )


async def judge(house: House, therapist: Person, what: str) -> list[str]:
    """Tap a button of the therapist's, under the message that says who came."""
    mark = therapist.mark
    therapist.tap_data(opened(therapist), f"{what}:1")
    await house.settle()
    return texts(therapist.heard(mark))


def all_read(person: Person, mark: int = 0) -> str:
    return "\n".join(texts(person.heard(mark)))


async def test_both_sides_read_the_word_and_the_old_chat_is_a_stranger_s(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    mark = client.mark
    new = await moved(house, weber)
    told = next(text for text in texts(new.heard()) if "Your word is" in text)
    found, same = WORD.search(told), WORD.search(weber.last)
    assert found is not None and same is not None
    assert found[1] == same[1]
    assert weber.last.startswith("A.B.: the link to another chat has been opened")
    assert weber.labels == [["I have heard the word"], ["That was somebody else"]]
    assert all_read(client, mark).startswith("This chat is not connected any more")
    (said,) = await house.say(client, "hello?")
    assert "Weber" not in said and "private bot" in said
    assert await house.rows("SELECT count(*) FROM chats") == [(2,)]


async def test_no_second_link_is_made_until_the_word_was_heard(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await moved(house, weber)
    made = "SELECT count(*) FROM moves"
    for old_button in ("nf:1", "nq:1"):
        await house.forge(weber, old_button)
    assert await house.rows(made) == [(1,)]
    await house.tap(weber, "I have heard the word")
    await link(house, weber)
    assert await house.rows(made) == [(2,)]


async def test_nothing_of_before_is_read_or_changed_until_the_word_was_heard(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await begun(house, client)
    before = await house.everything()
    new = await moved(house, weber)
    commands = ("history", "preview", "mydata", "export", "erase", "when", "pause", "resume")
    for command in (*commands, "topic", "language", "privacy", "checkin"):
        assert NOT_YET in "".join(await house.say(new, f"/{command}")), command
    forged = (
        "hp:1:0",
        "pp:1:0",
        "pt:1",
        "hc:1",
        "ac:1",
        "r:1",
        "b:1:2",
        "a:1:2:0",
        "ex:1",
        "er:1",
        "en:1",
    )
    for each in (*forged, "ol:1:de", "lb:1", "ek:1", "ib:1:alerts", "sn:1:2:hour", "hb:1:1:0"):
        assert "".join(await house.forge(new, each)) in ("", STALE), each
    await house.travel(by=timedelta(hours=8))  # reminders pass, too
    assert OWN not in all_read(new)
    assert "went well" not in all_read(new)
    after = await house.everything()
    for table in ("answers", "check_ins", "consents", "enrolments", "cares"):
        assert after[table] == before[table], table
    mark = new.mark
    assert "A.B. is in the new chat" in "".join(await judge(house, weber, "hw"))
    assert "Everything is here again" in all_read(new, mark)
    assert OWN in "".join(await house.say(new, "/history"))
    assert "In this chat since 23 November 2026" in "".join(await house.say(new, "/mydata"))
    assert await house.rows("SELECT ended, former_chat_sealed FROM moves") == [("recognised", None)]
    # the button is of no use a second time
    assert await judge(house, weber, "wg") == ["This button is no longer current."]


async def test_a_begun_round_comes_back_with_the_word_and_an_unanswered_one_at_once(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    new = await moved(house, weber)
    assert new.last.startswith("How has your week been")
    await house.tap(new, "7")
    await judge(house, weber, "hw")
    again = house.stranger("A.B.")
    token = await link(house, weber)
    await house.travel(by=LATER)
    again.start(token)
    await house.settle()
    assert "They come back then" in again.last
    await judge(house, weber, "hw")
    assert again.last.startswith("What is one thing that went well")
    assert (await house.say(new, "/history"))[0].startswith("This is a private bot")


async def test_what_somebody_else_gave_goes_and_what_was_before_stays(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await begun(house, client)
    await house.travel(by=timedelta(days=6, hours=2))
    kept = await house.rows("SELECT * FROM answers ORDER BY step_id")
    new = await moved(house, weber)
    await house.say(new, "/checkin")
    await house.tap(new, "1")
    await house.say(new, "words of somebody else")
    await house.say(new, "and a note")
    first = await judge(house, weber, "wf")
    assert "what was answered there is deleted. What was there before stays" in first[0]
    mark, other = client.mark, new.mark
    (undone,) = await judge(house, weber, "wg")
    assert "A.B. is in the old chat again" in undone
    assert "This chat is connected again." in all_read(client, mark)
    assert all_read(new, other).startswith("This chat is not connected any more")
    assert await house.rows("SELECT * FROM answers ORDER BY step_id") == kept
    assert await house.rows("SELECT state FROM cares") == [("active",)]
    assert "private bot" in "".join(await house.say(new, "/history"))
    history = "".join(await house.say(client, "/history"))
    assert OWN in history and "somebody else" not in history
    draft = "\n".join(await house.say(weber, "/digest"))
    assert "somebody else" not in draft and "Rated the week 1" not in draft


@pytest.mark.parametrize("settled", [None, "hw", "wg"])
async def test_after_a_new_phone_no_old_button_erases_the_client(
    house: House, settled: str | None
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await begun(house, client)
    came = next(e for e in weber.heard() if e.text.startswith("A.B. has opened the link."))
    kept = await house.rows("SELECT * FROM answers ORDER BY step_id")
    await moved(house, weber)
    if settled is not None:
        await judge(house, weber, settled)
    for what in ("wp:1", "wn:1"):
        weber.tap_data(came.message_id, what)
        await house.settle()
    assert await house.rows("SELECT * FROM answers ORDER BY step_id") == kept
    assert await house.rows("SELECT count(*) FROM erasures") == [(0,)]


async def test_a_link_that_nobody_opens_changes_nothing_and_ends(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    first, second = await link(house, weber), await link(house, weber)
    other = house.stranger()
    other.start(first)
    await house.settle()
    assert "link" in other.last and "Weber" not in other.last
    await house.travel(by=timedelta(days=9))
    other.start(second)
    await house.settle()
    assert "Your word is" not in all_read(other)
    assert OWN not in all_read(other)
    (said,) = await house.say(client, "/mydata")
    assert "in another one before" not in said


async def test_whoever_is_known_already_is_not_moved(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    other = await house.client(weber, "C.D.")
    token = await link(house, weber)
    for person, said in (
        (client, "There is nothing to do: this chat is connected already."),
        (other, "This chat is connected already, so the link was not used."),
        (weber, "This chat is yours already"),
    ):
        person.start(token)
        await house.settle()
        assert person.last.startswith(said)
    left = await house.client(weber, "E.F.")
    await house.forge(left, "x:3")
    left.start(token)
    await house.settle()
    assert left.last.startswith("This chat is connected already, so the link was not used.")
    new = house.stranger()
    new.start(token)
    await house.settle()
    assert "Your word is" in all_read(new)
    late = house.stranger()
    late.start(token)
    await house.settle()
    assert "Your word is" not in all_read(late)


async def test_an_answer_on_its_way_from_the_old_chat_counts_and_its_reply_goes_nowhere(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    token = await link(house, weber)
    await house.travel(by=LATER)
    new = house.stranger("A.B.")
    client.say(OWN)
    new.start(token)
    await house.settle()
    assert len(await house.rows("SELECT 1 FROM answers")) == 2
    assert "Your word is" in new.last
    assert len([text for text in texts(new.heard()) if "?" in text]) == 0
    await judge(house, weber, "hw")
    assert OWN in "".join(await house.say(new, "/history"))


async def test_the_crisis_card_and_its_message_come_in_the_new_chat_too(
    open_practice: object,
) -> None:
    house: House = await open_practice()  # type: ignore[operator]
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.tap(client, "Yes, send a message")
    await begun(house, client)
    new = await moved(house, weber)
    mark = weber.mark
    said = "".join(await house.say(new, "I want to kill myself"))
    assert "112" in said and OWN not in said
    assert "A message that should not wait." in all_read(weber, mark)
    (undone,) = [t for t in await judge(house, weber, "wg") if t.startswith("Undone")]
    assert "Hard words were written there." in undone
    assert await house.rows("SELECT state FROM risk_cases") == [("open",)]
    assert OWN in "".join(await house.say(client, "/history"))


@pytest.mark.parametrize(("judged", "state"), [("hw", "ended"), ("wg", "active")])
async def test_a_wish_to_stop_counts_once_it_is_the_client_s(
    house: House, judged: str, state: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    new = await moved(house, weber)
    mark = weber.mark
    await house.say(new, "/stop")
    assert "when Dr. Weber has noted that it was you" in new.last
    await house.tap(new, "Yes, end them")
    assert "somebody has asked that the check-ins end" in all_read(weber, mark)
    told = weber.mark
    (again,) = await house.forge(new, "x:1")
    assert again.startswith("Nothing more is asked here.") and weber.heard(told) == []
    mark = new.mark
    await house.travel(by=timedelta(days=3))
    assert new.heard(mark) == []
    await judge(house, weber, judged)
    assert await house.rows("SELECT state, paused_at IS NULL OR state = 'ended' FROM cares") == [
        (state, 1)
    ]
    assert ("your consent is withdrawn" in all_read(new, mark)) is (judged == "hw")
    if judged == "wg":
        assert "pause" not in "".join(await house.say(client, "/start"))


@pytest.mark.parametrize("agrees", [True, False])
async def test_who_had_not_answered_the_consent_yet_answers_it_in_the_new_chat(
    house: House, agrees: bool
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", agrees=False)
    new = await moved(house, weber)
    await house.read_consent(new)
    await house.tap(new, "I agree" if agrees else "No, thank you")
    assert NOT_YET in "".join(await house.say(new, "/export"))
    await judge(house, weber, "wg")
    assert await house.rows("SELECT state, ended_by, active_since FROM cares") == [
        ("asked", None, None)
    ]
    assert await house.rows("SELECT 1 FROM consents WHERE revoked_at IS NULL") == []
    await house.read_consent(client)
    await house.tap(client, "I agree")
    assert await house.rows("SELECT state FROM cares") == [("active",)]


async def test_files_leave_the_old_chat_and_nothing_there_is_edited_from_the_new_one(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await begun(house, client)
    await house.say(client, "/export")
    assert len([m for m in client.screen if m.media]) == 3
    new = await moved(house, weber)
    assert [m for m in client.screen if m.media] == []
    await judge(house, weber, "hw")
    mark = new.mark
    await house.travel(by=timedelta(days=1))
    assert OWN not in all_read(new, mark)


async def test_a_paused_client_moves_and_stays_paused_and_an_ended_care_has_no_such_link(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/pause")
    client.block()
    await house.settle()
    token = await link(house, weber)
    new = house.stranger()
    new.start(token)
    await house.settle()
    assert await house.rows(
        "SELECT paused_at IS NOT NULL, unreachable_at FROM cares, people p WHERE client_id = p.id"
    ) == [(1, None)]
    await judge(house, weber, "hw")
    token = await link(house, weber)
    await house.forge(new, "x:1")
    other = house.stranger()
    other.start(token)
    await house.settle()
    assert "Your word is" not in all_read(other)
    await house.say(weber, "/client A.B.")
    assert "New phone or account" not in str(weber.labels)


async def test_the_address_of_the_old_chat_goes_after_four_weeks(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    new = await moved(house, weber)
    keeper = house.app.keeper
    await house.live_until(house.clock.now() + timedelta(days=27))
    await keeper.tick()
    kept = "SELECT former_chat_sealed IS NOT NULL FROM moves"
    assert await house.rows(kept) == [(1,)]
    await house.live_until(house.clock.now() + timedelta(days=1, minutes=1))
    await keeper.tick()
    assert await house.rows(kept) == [(0,)]
    assert (
        "The address of the old chat is not kept any more" in (await judge(house, weber, "wf"))[0]
    )
    mark = client.mark
    await judge(house, weber, "wg")
    assert client.heard(mark) == []
    assert "private bot" in "".join(await house.say(new, "hello"))
    back = house.stranger()
    back.start(await link(house, weber))
    await house.settle()
    assert "Your word is" in all_read(back)


async def test_who_came_by_mistake_reads_for_a_day_why_it_ended_and_no_longer(house: House) -> None:
    """Their chat is nobody's any more: its address is kept for these last words alone."""
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    new = await moved(house, weber)
    mark = new.mark
    house.sandbox.faults.add(Fault("sendMessage", 502, chat_id=new.chat_id, count=None))
    await judge(house, weber, "wg")
    await house.live_until(house.clock.now() + timedelta(hours=23, minutes=50))
    await house.app.keeper.tick()
    house.sandbox.faults.clear()
    await house.travel(by=LATER)
    assert "This chat is not connected any more" in all_read(new, mark)
    await house.live_until(house.clock.now() + timedelta(minutes=10))
    await house.app.keeper.tick()
    kept = "SELECT former_chat_sealed IS NOT NULL FROM moves"
    assert await house.rows(kept) == [(0,)]


@pytest.mark.parametrize(("language", "you"), [("de", "Sie"), ("de_du", "du")])
async def test_it_speaks_german_with_the_address_of_the_client(
    house: House, language: str, you: str
) -> None:
    weber = await house.therapist(language="de", dative="Dr. Weber", accusative="Dr. Weber")
    client = await house.client(weber, "A.B.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    mark = client.mark
    await house.say(weber, "/client A.B.")
    await house.tap(weber, "Neues Handy oder Konto")
    await house.tap(weber, "Link machen")
    new = house.stranger("A.B.", "de")
    token = token_in(weber.last)
    await house.travel(by=LATER)
    new.start(token)
    await house.settle()
    told = all_read(new)
    assert ("Ihr Wort ist" in told) is (you == "Sie")
    assert f"{you} es" in told or f"dass {you}" in told
    assert "Dieser Chat ist nicht mehr verbunden" in all_read(client, mark)
    assert weber.last.startswith("A.B.: Der Link zu einem anderen Chat wurde geöffnet")
    weber.tap_data(weber.newest, "hw:1")
    await house.settle()
    assert f"vermerkt, dass {'Sie es sind' if you == 'Sie' else 'du es bist'}" in all_read(new)


async def test_what_somebody_else_wrote_while_the_bot_was_down_goes_as_well(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    client.say("a note of before")
    await house.settle()
    token = await link(house, weber)
    await house.travel(by=LATER)
    new = house.stranger("A.B.")
    new.start(token)
    house.jump(by=timedelta(minutes=2))
    new.say("words of somebody else")
    house.jump(by=timedelta(minutes=8))
    await house.settle()
    assert await house.rows("SELECT count(*) FROM notes") == [(2,)]
    await judge(house, weber, "wg")
    assert await house.rows("SELECT count(*) FROM notes") == [(1,)]
    assert "somebody else" not in "".join(await house.say(client, "/history"))


async def test_a_pause_and_a_case_of_before_are_no_one_else_s_doing(open_practice: object) -> None:
    house: House = await open_practice()  # type: ignore[operator]
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.tap(client, "Yes, send a message")
    await house.say(client, "I want to kill myself")
    await house.travel(by=LATER)
    await house.say(client, "/pause")
    await house.travel(by=LATER)
    await moved(house, weber)
    undone = "".join(await judge(house, weber, "wg"))
    assert "A.B. is in the old chat again" in undone and "Hard words were written" not in undone
    assert await house.rows("SELECT paused_at IS NOT NULL FROM cares") == [(1,)]


async def test_who_came_unrecognised_and_leaves_for_another_link_reads_nothing_of_before(
    house: House,
) -> None:
    weber, kern = await house.therapist(), await house.therapist("Dr. Kern")
    client = await house.client(weber, "A.B.")
    await begun(house, client)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    client.start(await house.invite(weber, "C.D."))  # back under a new link, not agreed yet
    await house.settle()
    new = await moved(house, weber, alias="C.D.")
    await house.tap(new, "No, thank you")
    new.start(await house.invite(kern, "E.F."))
    await house.settle()
    await house.read_consent(new)
    await house.tap(new, "I agree")
    mark = new.mark
    for command in ("/history", "/mydata"):
        await house.say(new, command)
    said = all_read(new, mark)
    assert OWN not in said and "Dr. Weber" not in said
    assert await house.rows("SELECT earlier_id FROM people ORDER BY id DESC LIMIT 1") == [(None,)]
