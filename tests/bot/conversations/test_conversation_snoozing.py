"""A client puts a question off, and a reminder refers to it instead of repeating it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import Person
from tests.support.house import House

WEDNESDAY = datetime(2026, 11, 25, 17, 1, tzinfo=UTC)
WEEK = "How has your week been so far?"
REMINDED = (
    "A reminder, in case it slipped by. Skipping is fine, too.\n\nThe open question stands above."
)
BACK = "You wanted to come back here now. It can wait, too.\n\nThe open question stands above."


async def asked(house: House, language: str = "en") -> Person:
    """A client whom the mid-week check-in has reached, on Wednesday at 18:00."""
    client = await house.client(await house.therapist(), "A.B.", language)
    await house.travel(to=WEDNESDAY)
    return client


def sent(client: Person, mark: int) -> list[str]:
    return [entry.text for entry in client.heard(mark) if entry.kind == "sent"]


async def test_a_question_is_put_off_for_an_hour_and_comes_back_as_a_reference(
    house: House,
) -> None:
    client = await asked(house)
    question = client.newest
    buttons = client.labels
    await house.tap(client, "Later")
    # 19:00 is less than an hour away
    assert client.labels == [["In an hour"], ["Tomorrow"], ["Show the open question"]]
    said = await house.tap(client, "In an hour")
    assert said[-1:] == [
        "Put off until Wednesday, 25 November, 19:01. You can go on earlier, too;"
        " it stays open until Friday, 27 November, 18:00."
    ]
    assert client.labels == buttons  # the question can be answered all the same
    mark = client.mark
    await house.travel(by=timedelta(minutes=59))
    assert sent(client, mark) == []
    await house.travel(by=timedelta(minutes=1))
    assert sent(client, mark) == [BACK]
    assert client.newest.reply_to == question.message_id
    assert client.labels == [["Show the open question"], ["Later"]]
    client.tap("7", question)
    await house.settle()
    assert client.last.startswith("What is one thing that went well")


async def test_put_off_until_tomorrow_no_reminder_comes_before_and_nobody_waits_for_ever(
    house: House,
) -> None:
    client = await asked(house)
    await house.tap(client, "Later")
    await house.tap(client, "Tomorrow")
    mark = client.mark
    await house.travel(by=timedelta(hours=23, minutes=58))
    assert sent(client, mark) == []
    await house.travel(by=timedelta(minutes=2))
    assert sent(client, mark) == [BACK]
    await house.tap(client, "Later")
    assert client.labels[0] == ["In an hour"]
    await house.tap(client, "Tomorrow")
    await house.travel(by=timedelta(hours=24))
    # what has been put off to its very end can wait an hour, and no further day
    await house.tap(client, "Later")
    assert client.labels == [["In an hour"], ["Show the open question"]]
    await house.travel(by=timedelta(hours=7))
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]


async def test_stopping_half_way_keeps_what_was_said(house: House) -> None:
    client = await asked(house)
    await house.tap(client, "7")
    assert (await house.say(client, "later")) == ["When shall the question come up again?"]
    await house.tap(client, "In an hour")
    mark = client.mark
    await house.travel(by=timedelta(hours=1))
    assert sent(client, mark) == [BACK]
    (shown,) = await house.tap(client, "Show the open question")
    assert shown.startswith("What is one thing that went well")
    await house.say(client, "a walk")
    assert await house.rows("SELECT count(*) FROM answers") == [(2,)]


async def test_no_time_in_quiet_hours_is_offered(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=datetime(2026, 11, 24, 19, 45, tzinfo=UTC))
    await house.say(client, "/checkin")
    await house.tap(client, "Later")  # 20:45; from 21:30 on nothing is sent
    assert client.labels == [["Tomorrow"], ["Show the open question"]]


async def test_a_time_that_has_passed_meanwhile_is_not_chosen(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    await house.say(client, "/checkin")
    await house.tap(client, "Later")
    await house.travel(to=datetime(2026, 11, 25, 18, 30, tzinfo=UTC))
    assert "That is not possible any more. Please choose again." in await house.tap(
        client, "This evening"
    )
    assert client.labels[0] == ["In an hour"]


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_a_reminder_refers_to_the_question(house: House, language: str) -> None:
    client = await asked(house, language)
    question, mark = client.newest, client.mark
    await house.travel(to=datetime(2026, 11, 26, 17, 30, tzinfo=UTC))
    (reminded,) = sent(client, mark)
    assert client.newest.reply_to == question.message_id
    assert question.text.partition("\n\n")[2][:20] not in reminded
    if language == "en":
        assert reminded == REMINDED
    # words typed below it answer the question, and an end lets the question say so itself
    await house.travel(to=datetime(2026, 11, 27, 17, 30, tzinfo=UTC))
    (lapsed,) = [m for m in client.screen if m.message_id == question.message_id]
    assert lapsed.keyboard is None


async def test_typed_words_below_a_reminder_answer_the_question(house: House) -> None:
    client = await asked(house)
    await house.travel(to=datetime(2026, 11, 26, 17, 30, tzinfo=UTC))
    assert client.last == REMINDED
    (next_one,) = await house.say(client, "7")
    assert next_one.startswith("What is one thing that went well")


async def test_an_old_button_leads_to_the_open_question(house: House) -> None:
    client = await asked(house)
    first = client.newest
    await house.say(client, "7")
    await house.say(client, "a walk")
    client.tap("3", first)
    await house.settle()
    assert client.labels[0] == ["‹ Back", "Skip", "Later"]
    (old,) = [m for m in client.screen if m.message_id == first.message_id]
    assert old.keyboard is not None
    client.tap("Show the open question", old)
    await house.settle()
    assert client.last.startswith("And what is one thing that was hard")


async def test_put_off_and_not_taken_up_is_told_apart_from_silence(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.travel(to=datetime(2026, 11, 25, 17, 1, tzinfo=UTC))
    await house.tap(client, "Later")
    await house.tap(client, "Tomorrow")
    await house.travel(to=datetime(2026, 11, 28, 12, 0, tzinfo=UTC))
    said = await house.say(weber, "/digest")
    assert "Put the questions off, and did not come back to them: A.B." in "\n".join(said)


async def test_who_goes_on_after_a_pause_is_led_to_the_question_that_was_put_off(
    house: House,
) -> None:
    client = await asked(house)
    await house.tap(client, "Later")
    await house.tap(client, "Tomorrow")
    await house.say(client, "/pause")
    mark = client.mark
    await house.travel(by=timedelta(hours=23, minutes=30))
    assert sent(client, mark) == []  # a pause holds back what was put off, too
    said = await house.say(client, "/resume")
    assert said == ["Good to go on. There is still an open question."]
    (shown,) = await house.tap(client, "Show the open question")
    assert WEEK in shown


@pytest.mark.parametrize("pauses", [True, False])
async def test_what_was_to_come_back_in_a_pause_was_not_left_lying(
    house: House, pauses: bool
) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.travel(to=WEDNESDAY)
    await house.tap(client, "Later")
    await house.tap(client, "Tomorrow")
    if pauses:
        await house.say(client, "/pause")
    mark = client.mark
    await house.travel(to=WEDNESDAY + timedelta(days=4))
    assert (BACK in sent(client, mark)) is not pauses
    digest = "\n".join(entry.text for entry in weber.heard())
    assert ("put off and then not answered" in digest or "Put the questions off" in digest) is (
        not pauses
    )
    why = await house.rows("SELECT state, reason FROM occurrences WHERE state = 'opened'")
    assert why == [("opened", "paused" if pauses else None)]


async def test_a_reminder_that_a_pause_holds_back_says_nothing_of_what_was_never_put_off(
    house: House,
) -> None:
    client = await asked(house)
    await house.say(client, "/pause")
    mark = client.mark
    await house.travel(to=WEDNESDAY + timedelta(days=1, hours=12))
    assert sent(client, mark) == []
    assert await house.rows("SELECT state, reason FROM occurrences WHERE state = 'opened'") == [
        ("opened", None)
    ]


@pytest.mark.parametrize(("way", "comes"), [("Tomorrow", "18:00"), ("In an hour", "19:01")])
async def test_what_was_put_off_follows_the_clock_of_the_client(
    house: House, way: str, comes: str
) -> None:
    """Lisbon is an hour behind Berlin: tomorrow at 18:00 is there then, an hour is an hour."""
    client = await asked(house)
    await house.tap(client, "Later")
    await house.tap(client, way)
    await house.say(client, "/when Lisbon")
    mark = client.mark
    zone_name = "Europe/Berlin" if way == "In an hour" else "Europe/Lisbon"
    on = WEDNESDAY.date() + timedelta(days=way == "Tomorrow")
    at = datetime.combine(on, time.fromisoformat(comes), ZoneInfo(zone_name))
    await house.travel(to=at - timedelta(seconds=1))
    assert BACK not in sent(client, mark)
    await house.travel(to=at)
    assert BACK in sent(client, mark)
