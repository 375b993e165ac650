"""A therapy ends in a way of its own: last questions, a goodbye, and a day to take it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.client import Person
from tests.support.house import MONDAY, House, texts

SUNDAY = MONDAY + timedelta(days=6, hours=12)
LAST = "What went well in your time together?"
LINE = "• A.B.: the therapy ended on Monday 23 November, as you noted."
ENDED = "has noted that your therapy has ended"


async def end(house: House, therapist: Person, when: int = 0, how: str | None = None) -> str:
    """End the therapy by the card: the choice of the day by its place; the last message."""
    await house.say(therapist, "/client A.B.")
    await house.tap(therapist, "End the therapy …")
    await house.tap(therapist, therapist.labels[when][0])
    return (await house.tap(therapist, how or "With a few last questions"))[-1]


def all_read(person: Person, mark: int = 0) -> str:
    return "\n".join(texts(person.heard(mark)))


async def state(house: House) -> tuple[object, ...]:
    (row,) = await house.rows("SELECT state, ended_by, ending FROM cares ORDER BY id LIMIT 1")
    return row


async def test_the_last_questions_come_once_and_then_it_is_over(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    mark = client.mark
    said = await end(house, weber)
    assert said.startswith("Noted: A.B. reads that the therapy ends on Monday 23 November.")
    told = all_read(client, mark)
    assert told.index("your therapy is ending") < told.index(LAST)
    assert "There is something here for you to read." in told
    await house.say(client, "We laughed a lot")
    for _ in range(3):
        await house.tap(client, "Skip")
    await house.travel(by=timedelta(minutes=1))
    assert ENDED in client.last and "/export" in client.last and "Thank you" in client.last
    assert await state(house) == ("ended", "therapist", "begun")
    (card,) = await house.say(weber, "/client A.B.")
    assert "the therapy ended on Mon 23 Nov, by you" in card
    mark, own = weber.mark, client.mark
    await house.travel(to=SUNDAY)
    digest = all_read(weber, mark)
    assert LINE in digest and "We laughed a lot" in digest
    mark = weber.mark
    await house.travel(by=timedelta(days=14))
    assert LINE not in all_read(weber, mark)
    assert client.heard(own) == []
    assert "We laughed a lot" in "".join(await house.say(client, "/history"))
    assert "have ended" in "".join(await house.say(client, "hello"))


async def test_without_last_questions_it_ends_at_once_and_can_be_taken_back_for_a_day(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    running = await house.rows("SELECT flow_id FROM enrolments WHERE ended_at IS NULL ORDER BY 1")
    await house.say(client, "/checkin")
    said = await end(house, weber, how="Without last questions")
    assert said.startswith("Noted: the therapy with A.B. has ended.")
    assert ENDED in client.last
    assert await house.rows("SELECT 1 FROM check_ins WHERE status = 'open'") == []
    await house.travel(by=timedelta(hours=23))
    mark = client.mark
    await house.tap(weber, "Take the ending back")
    assert "your therapy goes on" in all_read(client, mark)
    assert await state(house) == ("active", None, None)
    now = await house.rows("SELECT flow_id FROM enrolments WHERE ended_at IS NULL ORDER BY 1")
    assert now == running
    mark = client.mark
    await house.travel(by=timedelta(days=2))
    assert "How has your week been so far?" in all_read(client, mark)
    await end(house, weber, how="Without last questions")
    await house.travel(by=timedelta(hours=25))
    await house.say(weber, "/client A.B.")
    assert not any("nding" in row[0] or "End the" in row[0] for row in weber.labels)
    await house.forge(weber, "eb:1")
    assert (await state(house))[0] == "ended"


async def test_on_a_day_to_come_it_goes_on_until_then_and_unanswered_it_ends_all_the_same(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    mark = client.mark
    await end(house, weber, when=1)
    assert "ends on Monday 30 November" in all_read(client, mark)
    await house.say(weber, "/client A.B.")
    assert "The therapy ends on Monday 30 November." in weber.last
    await house.travel(to=MONDAY + timedelta(days=7, hours=8, minutes=59))
    usual = all_read(client, mark)
    assert "How has your week been so far?" in usual and LAST not in usual
    await house.travel(by=timedelta(minutes=2))
    assert LAST in all_read(client, mark)
    assert await state(house) == ("active", None, "begun")
    await house.travel(by=timedelta(days=5))
    assert ENDED in client.last
    assert await state(house) == ("ended", "therapist", "begun")


async def test_before_its_day_it_is_taken_back_and_nothing_has_changed(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await end(house, weber, when=2)
    assert await house.tap(weber, "Take the ending back") != []
    mark = client.mark
    await house.travel(by=timedelta(days=15))
    assert "How has your week been so far?" in all_read(client, mark)
    assert LAST not in all_read(client, mark) and ENDED not in all_read(client, mark)


@pytest.mark.parametrize("away", ["paused", "blocked"])
async def test_who_is_not_there_is_asked_nothing_and_it_ends(house: House, away: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    if away == "paused":
        await house.say(client, "/pause")
    else:
        client.block()
        await house.settle()
    await end(house, weber)
    assert LAST not in all_read(client)
    assert "A few last questions" not in all_read(client)
    assert (await state(house))[:2] == ("ended", "therapist")


async def test_an_open_round_is_finished_first(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await end(house, weber)
    assert LAST not in all_read(client)
    await house.tap(client, "7")
    for _ in range(3):
        await house.tap(client, "Skip")
    await house.travel(by=timedelta(minutes=5))
    assert LAST in client.last


async def test_who_stops_amid_the_last_questions_has_stopped(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await end(house, weber)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    await house.travel(by=timedelta(hours=1))
    assert ENDED not in all_read(client)
    assert (await state(house))[:2] == ("ended", "client")
    await house.forge(weber, "eb:1")
    assert (await state(house))[:2] == ("ended", "client")


async def test_an_open_case_is_named_before_and_stays_open(open_practice: object) -> None:
    house: House = await open_practice()  # type: ignore[operator]
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "I want to kill myself")
    await house.travel(by=timedelta(hours=13))
    await house.say(weber, "/client A.B.")
    asked = await house.tap(weber, "End the therapy …")
    assert asked[-1].startswith("A message about hard words of A.B. is still open.")
    await house.tap(weber, "Today, now")
    await house.tap(weber, "Without last questions")
    assert (await state(house))[0] == "ended"
    assert await house.rows("SELECT closed_at FROM risk_cases") == [(None,)]


async def test_it_is_decided_once(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await end(house, weber, when=1)
    mark = client.mark
    for each in ("ec:1", "eo:1:0", "eh:1:0:0", "eh:1:739950:1"):
        await house.forge(weber, each)
    assert client.heard(mark) == []
    assert await state(house) == ("active", None, "asks")
    other = await house.therapist("Dr. Adler")
    await house.forge(other, "eb:1")
    assert await state(house) == ("active", None, "asks")


@pytest.mark.parametrize(
    ("language", "thanks"),
    [("de", "dass Sie mitgemacht haben"), ("de_du", "dass du mitgemacht hast")],
)
async def test_it_speaks_german(house: House, language: str, thanks: str) -> None:
    weber = await house.therapist(language="de")
    client = await house.client(weber, "A.B.", language)
    await house.say(weber, "/client A.B.")
    await house.tap(weber, "Therapie beenden …")
    await house.tap(weber, "Heute, jetzt")
    await house.tap(weber, "Mit ein paar letzten Fragen")
    assert "Was ist in der gemeinsamen Zeit gut gelaufen?" in client.last
    for _ in range(4):
        await house.tap(client, "Überspringen")
    await house.travel(by=timedelta(minutes=1))
    assert thanks in client.last
    mark = weber.mark
    await house.travel(to=SUNDAY)
    assert "• A.B.: Die Therapie endete am Montag, 23. November" in all_read(weber, mark)


async def test_at_night_the_goodbye_waits_for_the_morning(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.travel(by=timedelta(hours=14))
    mark = client.mark
    await end(house, weber, how="Without last questions")
    assert await state(house) == ("ended", "therapist", "begun")
    assert ENDED not in all_read(client, mark)
    await house.travel(by=timedelta(hours=9))
    assert ENDED in all_read(client, mark)


@pytest.mark.parametrize("comes_anew", [True, False])
async def test_a_day_later_or_where_they_came_anew_an_ending_stays(
    house: House, comes_anew: bool
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await end(house, weber, how="Without last questions")
    if comes_anew:
        client.start(await house.invite(weber, "A.B."))
        await house.settle()
    else:
        await house.travel(by=timedelta(days=1) - timedelta(seconds=1))
        await house.say(weber, "/client A.B.")
        assert ["Take the ending back"] in weber.labels
        await house.travel(by=timedelta(seconds=1))
    assert await house.forge(weber, "eb:1") == ["This button is no longer current."]
    assert await state(house) == ("ended", "therapist", "begun")


async def test_any_day_can_be_written_and_is_named_before_it_counts(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    mark = client.mark
    (said,) = await house.say(weber, "/client A.B. ends 14.12.")
    assert said.startswith("The therapy with A.B. ends on Monday 14 December 2026. Shall there be")
    assert client.heard(mark) == [] and await state(house) == ("active", None, None)
    (said,) = await house.tap(weber, "With a few last questions")
    assert "the therapy ends on Monday 14 December" in said
    assert "your therapy ends on Monday 14 December" in all_read(client, mark)
    (said,) = await house.say(weber, "/client A.B. ends 20.12.")
    assert said.startswith("The therapy with A.B. cannot be ended now")


@pytest.mark.parametrize("typed", ["ends", "ends soon", "ends today", "ends 1.1.2029"])
async def test_a_day_that_is_not_ahead_is_not_taken(house: House, typed: str) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    (said,) = await house.say(weber, f"/client A.B. {typed}")
    assert said.startswith("I could not read this day")
    assert await state(house) == ("active", None, None)


async def test_a_day_that_was_tapped_means_that_day_also_later_on(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await house.say(weber, "/client A.B.")
    await house.tap(weber, "End the therapy …")
    label = weber.labels[1][0]
    assert label == "Monday 30 November"
    await house.travel(by=timedelta(days=2))
    (said,) = await house.tap(weber, label)
    assert "ends on Monday 30 November 2026" in said
    await house.travel(by=timedelta(days=6))
    (said,) = await house.tap(weber, "Without last questions")
    assert said == "This button is no longer current."
