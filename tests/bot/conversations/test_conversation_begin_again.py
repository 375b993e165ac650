"""A therapy that had ended begins again: the therapist wishes it, and the client is asked once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.client import Person
from tests.support.house import AGREE, MONDAY, House, texts, token_in

DAY = timedelta(days=1)
ASKED = "Dr. Weber would like to go on with you here"
STATES = "SELECT state, ended_by, again_at IS NOT NULL FROM cares ORDER BY id"
RUNNING = "SELECT flow_id FROM enrolments WHERE ended_at IS NULL ORDER BY flow_id"


def all_read(person: Person, mark: int = 0) -> str:
    return "\n".join(texts(person.heard(mark)))


async def end(house: House, therapist: Person, alias: str = "A.B.") -> None:
    await house.say(therapist, f"/client {alias}")
    await house.tap(therapist, "End the therapy …")
    await house.tap(therapist, "Today, now")
    await house.tap(therapist, "Without last questions")


async def ended(house: House) -> tuple[Person, Person]:
    """A therapist, and a client with whom the therapy ended some weeks ago."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.say(client, "/when mon 17:00")
    await end(house, weber)
    await house.travel(by=21 * DAY)
    return weber, client


async def begin(house: House, therapist: Person, alias: str = "A.B.") -> str:
    """Begin again by the card; what stands in its place then."""
    await house.say(therapist, f"/client {alias}")
    await house.tap(therapist, "Begin again …")
    return (await house.tap(therapist, "Ask now"))[-1]


async def test_a_client_is_asked_once_and_nothing_else_comes_before_a_yes(house: House) -> None:
    weber, client = await ended(house)
    mark = client.mark
    await house.say(weber, "/clients")
    assert ["A.B."] in weber.labels
    (card,) = await house.tap(weber, "A.B.")
    assert "the therapy ended on Mon 23 Nov" in card and "“Begin again …” says first" in card
    (means,) = await house.tap(weber, "Begin again …")
    assert "Nothing else comes before a yes." in means
    assert client.heard(mark) == []
    (said,) = await house.tap(weber, "Ask now")
    assert said.startswith("A.B. was asked on Monday 14 December whether to begin again")
    (asked,) = texts(client.heard(mark))
    assert asked.startswith("There is something here for you to read.\n\nDr. Weber would like")
    assert "What you answered before is still kept" in asked and "Step 1 of 9" in asked
    assert await house.rows(STATES) == [("asked", "therapist", 1)]
    mark = client.mark
    await house.travel(by=14 * DAY)
    assert client.heard(mark) == []
    (card,) = await house.say(weber, "/client A.B.")
    assert "asked on Mon 14 Dec whether to begin again, no answer yet" in card
    assert any(row[0].startswith("✓") for row in weber.labels)
    assert ["Take the question back"] in weber.labels


async def test_a_yes_goes_on_in_the_same_care_at_the_times_of_before(house: House) -> None:
    weber, client = await ended(house)
    await begin(house, weber)
    mark = weber.mark
    await house.read_consent(client)
    said = "\n".join(await house.tap(client, AGREE["en"]))
    assert "The first questions will come on Monday, 14 December, 17:00" in said
    assert "A.B. has agreed and takes part from now on." in all_read(weber, mark)
    assert await house.rows(STATES) == [("active", None, 0)]
    assert await house.rows("SELECT ended_at, ending, ending_at FROM cares") == [(None, None, None)]
    assert await house.rows("SELECT count(*) FROM consents WHERE revoked_at IS NULL") == [(1,)]
    mark = client.mark
    await house.travel(by=8 * DAY)
    assert "How has your week been so far?" in all_read(client, mark)
    assert "7" in "".join(await house.say(client, "/history"))


async def test_a_no_is_a_no_and_is_not_asked_again(house: House) -> None:
    weber, client = await ended(house)
    await begin(house, weber)
    mark = weber.mark
    said = (await house.tap(client, "No, thank you"))[-1]
    assert said.startswith("That is fine. Nothing will be asked")
    assert await house.rows(STATES) == [("declined", "client", 0)]
    assert await house.rows(RUNNING) == []
    assert weber.heard(mark) == []
    await house.travel(by=7 * DAY)
    assert "A.B. said no to the check-ins on Monday 14 December" in all_read(weber, mark)
    (card,) = await house.say(weber, "/client A.B.")
    assert "/invite A.B. makes a new link" in card
    assert not any("egin again" in row[0] for row in weber.labels)
    assert await house.forge(weber, "gb:1") == ["This button is no longer current."]
    assert "7" in "".join(await house.say(client, "/history"))


async def test_the_question_can_be_taken_back_and_it_had_ended_when_it_had(house: House) -> None:
    weber, client = await ended(house)
    before = await house.rows("SELECT ended_at, ending_at FROM cares")
    await begin(house, weber)
    buttons, mark = client.newest, client.mark
    (said,) = await house.tap(weber, "Take the question back")
    assert said.startswith("Taken back")
    assert "has taken back the question of Monday 14 December" in all_read(client, mark)
    assert await house.rows(STATES) == [("ended", "therapist", 0)]
    assert await house.rows("SELECT ended_at, ending_at FROM cares") == before
    assert await house.rows(RUNNING) == []
    client.tap_data(buttons, "d:1")
    await house.settle()
    assert await house.rows(STATES) == [("ended", "therapist", 0)]
    assert await house.forge(weber, "gc:1") == ["This button is no longer current."]
    await house.travel(by=DAY)
    assert "was asked on Tuesday 15 December" in await begin(house, weber)


async def test_who_stopped_or_said_no_has_no_such_button(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.client(weber, "C.D.", agrees=False)
    await house.forge(client, "x:1")
    (card,) = await house.say(weber, "/client A.B.")
    assert "/invite A.B. makes a new link" in card
    for each in ("ga:1", "gb:1", "ga:2", "gb:2", "gc:2"):
        assert await house.forge(weber, each) == ["This button is no longer current."]
    assert [row[0] for row in await house.rows(STATES)] == ["ended", "asked"]


async def test_at_night_it_waits_and_who_writes_before_is_asked_at_once(house: House) -> None:
    weber, client = await ended(house)
    await house.travel(by=timedelta(hours=14))
    mark = client.mark
    said = await begin(house, weber)
    assert said.startswith("A.B. is asked once whether to begin again, as soon as it suits there")
    assert client.heard(mark) == []
    (card,) = await house.say(weber, "/client A.B.")
    assert "is to be asked whether to begin again" in card
    (shown,) = await house.say(client, "hello")
    assert shown.startswith(ASKED)
    mark = client.mark
    await house.travel(by=DAY)
    assert client.heard(mark) == []
    said = await house.say(client, "hello")
    assert said[0].startswith("Here only a tap") or "tap" in said[0]
    assert said[1].startswith(ASKED)


async def test_the_night_over_it_is_asked(house: House) -> None:
    weber, client = await ended(house)
    await house.travel(by=timedelta(hours=14))
    mark = client.mark
    await begin(house, weber)
    await house.travel(by=timedelta(hours=8, minutes=59))
    assert client.heard(mark) == []
    await house.travel(by=timedelta(minutes=2))
    assert ASKED in all_read(client, mark)


async def test_taken_back_before_anybody_was_asked_nobody_is_told(house: House) -> None:
    weber, client = await ended(house)
    await house.travel(by=timedelta(hours=14))
    mark = client.mark
    await begin(house, weber)
    await house.tap(weber, "Take the question back")
    await house.travel(by=2 * DAY)
    assert client.heard(mark) == []


@pytest.mark.parametrize("away", ["blocked", "erased", "new link", "alias taken", "one day"])
async def test_where_it_cannot_be_asked_the_card_offers_the_link(house: House, away: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await end(house, weber)
    if away == "blocked":
        client.block()
        await house.settle()
    elif away == "erased":
        await house.say(client, "/erase")
        await house.tap(client, client.labels[0][0])
        await house.tap(client, client.labels[0][0])
    elif away == "new link":
        client.start(await house.invite(weber, "Sam"))
        await house.settle()
    elif away == "alias taken":
        await house.client(weber, "A.B.")
    await house.travel(by=timedelta(hours=23) if away == "one day" else 2 * DAY)
    assert await house.forge(weber, "gb:1") == ["This button is no longer current."]
    (state,) = await house.rows("SELECT state FROM cares WHERE id = 1") or [("gone",)]
    assert state != ("asked",)


async def test_a_second_ending_is_said_too_and_it_begins_a_second_time(house: House) -> None:
    weber, client = await ended(house)
    await begin(house, weber)
    await house.read_consent(client)
    await house.tap(client, AGREE["en"])
    mark = client.mark
    await end(house, weber)
    assert "has noted that your therapy has ended" in all_read(client, mark)
    await house.travel(by=2 * DAY)
    mark = client.mark
    assert "was asked on" in await begin(house, weber)
    assert await house.forge(weber, "gb:1") == ["This button is no longer current."]
    assert len(client.heard(mark)) == 1 and ASKED in client.last
    await house.read_consent(client)
    await house.tap(client, AGREE["en"])
    assert await house.rows(STATES) == [("active", None, 0)]


async def test_a_paused_client_is_not_paused_after_it(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/pause")
    await end(house, weber)
    await house.travel(by=2 * DAY)
    await begin(house, weber)
    await house.read_consent(client)
    await house.tap(client, AGREE["en"])
    assert await house.rows("SELECT paused_at FROM cares") == [(None,)]


async def test_the_regular_time_and_sessions_are_for_the_therapist_to_enter_anew(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(weber, "/session A.B. every tue 15:00")
    await house.tap(weber, "Yes, that is right")
    (card,) = await house.say(weber, "/client A.B.")
    assert "15:00" in card
    await end(house, weber)
    await house.travel(by=2 * DAY)
    await begin(house, weber)
    (card,) = await house.say(weber, "/client A.B.")
    assert "15:00" not in card
    await house.read_consent(client)
    await house.tap(client, AGREE["en"])
    await house.travel(by=DAY)
    ahead = "SELECT count(*) FROM therapy_sessions WHERE state = 'planned'"
    assert await house.rows(ahead) == [(0,)]


async def with_two(house: House) -> tuple[Person, Person, Person]:
    """Dr. Weber, with whom the therapy ended two days ago, Dr. Kaya, with whom it goes on, and the
    client.
    """
    weber, kaya = await house.therapist(), await house.therapist("Dr. Kaya")
    client = await house.client(weber, "A.B.")
    await join(house, client, kaya, "Max")
    await end(house, weber)
    await house.travel(by=2 * DAY + timedelta(minutes=5))
    return weber, kaya, client


async def join(house: House, client: Person, therapist: Person, alias: str) -> None:
    """Somebody who is here opens the link of another therapist, or of the same, and agrees."""
    client.start(await house.invite(therapist, alias))
    await house.settle()
    await house.read_consent(client)
    await house.tap(client, AGREE["en"])


async def test_of_two_therapists_each_is_apart(house: House) -> None:
    weber, kaya, client = await with_two(house)
    mark, other = client.mark, kaya.mark
    await house.say(client, "/checkin")
    said = await begin(house, weber)
    assert "as soon as it suits" in said and "Kaya" not in said
    assert ASKED not in all_read(client, mark)
    for label in ("7", "Skip", "Skip", "Skip"):
        await house.tap(client, label)
    await house.travel(by=timedelta(hours=1))
    asked = next(each for each in texts(client.heard(mark)) if ASKED in each)
    assert "Nothing changes with Dr. Kaya" in asked or "Dr. Kaya" in asked
    assert await house.forge(kaya, "gc:1") == ["This button is no longer current."]
    assert "A.B." not in all_read(kaya, other) and "Kaya" not in all_read(weber)
    await house.forge(client, "d:1")
    assert [row[0] for row in await house.rows(STATES)] == ["declined", "active"]


async def test_who_is_here_under_another_alias_is_not_asked(house: House) -> None:
    weber, _, client = await with_two(house)
    await join(house, client, weber, "Sam")
    (card,) = await house.say(weber, "/client A.B.")
    assert "/invite A.B. makes a new link" in card
    assert await house.forge(weber, "gb:1") == ["This button is no longer current."]


async def test_in_a_chat_that_may_be_anybodys_nobody_is_asked_nor_can_agree(house: House) -> None:
    weber, kaya, _ = await with_two(house)
    new = house.stranger("Max", "en")
    await house.say(kaya, "/client Max")
    await house.tap(kaya, "New phone or account")
    await house.tap(kaya, "Make the link")
    made = next(each for each in reversed(texts(kaya.heard())) if "?start=" in each)
    new.start(token_in(made))
    await house.settle()
    assert "as soon as it suits" in await begin(house, weber)
    await house.travel(by=timedelta(hours=1))
    await house.say(new, "/start")
    for forged in ("c:1:1", "cs:1:1:0", "d:1"):
        await house.forge(new, forged)
    assert ASKED not in all_read(new)
    assert await house.rows(STATES) == [("asked", "therapist", 1), ("active", None, 0)]
    mark = new.mark
    await house.say(kaya, "/client Max")
    await house.tap(kaya, "I have heard the word")
    assert ASKED in all_read(new, mark)
    await house.read_consent(new)
    await house.tap(new, AGREE["en"])
    assert await house.rows(STATES) == [("active", None, 0), ("active", None, 0)]


async def test_a_goodbye_on_a_chosen_day_is_said_each_time(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    for _ in range(2):
        mark = client.mark
        await house.say(weber, "/client A.B.")
        for label in ("End the therapy …", "in a week", "Without last questions"):
            await house.tap(weber, weber.labels[1][0] if label == "in a week" else label)
        await house.travel(by=10 * DAY)
        assert "has noted that your therapy has ended" in all_read(client, mark)
        await begin(house, weber)
        await house.read_consent(client)
        await house.tap(client, AGREE["en"])


async def test_what_a_client_asks_meanwhile_is_answered_truly(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await end(house, weber)
    await house.travel(by=DAY)
    await begin(house, weber)
    (helped,) = await house.say(client, "/help")
    assert helped.startswith(ASKED) and "/preview" in helped and "/checkin" not in helped
    shown = "\n".join(await house.say(client, "/preview"))
    assert "you can still hold answers back" in shown
    kept = "".join(await house.say(client, "/mydata"))
    assert "With Dr. Weber, from 23 November 2026 to 23 November 2026" in kept
    assert "/mydata" in "".join(await house.say(client, "/privacy"))
    assert (await house.say(client, "/start"))[-1].startswith(ASKED)
    assert await house.rows(STATES) == [("asked", "therapist", 1)]
    mark = weber.mark
    await house.travel(to=MONDAY + timedelta(days=6, hours=12))
    assert "A.B.: the therapy ended on Monday 23 November" in all_read(weber, mark)


@pytest.mark.parametrize(
    ("language", "asked"),
    [("de", "möchte hier gern mit Ihnen weitermachen"), ("de_du", "gern mit dir weitermachen")],
)
async def test_it_speaks_german(house: House, language: str, asked: str) -> None:
    weber = await house.therapist(language="de")
    client = await house.client(weber, "A.B.", language)
    await house.say(weber, "/client A.B.")
    for label in ("Therapie beenden …", "Heute, jetzt", "Ohne letzte Fragen"):
        await house.tap(weber, label)
    await house.travel(by=2 * DAY)
    await house.say(weber, "/client A.B.")
    await house.tap(weber, "Wieder beginnen …")
    assert "wurde am Mittwoch, 25. November gefragt" in (await house.tap(weber, "Jetzt fragen"))[-1]
    assert asked in client.last
    mark = client.mark
    await house.tap(weber, "Frage zurücknehmen")
    assert "die Frage vom Mittwoch, 25. November" in all_read(client, mark)
