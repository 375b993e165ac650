"""Messages from while the bot was down, or in pieces: one answer, by the time of writing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox import Person
from storage import answers, therapy_sessions
from tests.bot.conversations.test_conversation_hard_words import HARD
from tests.support.house import CRISIS, House, texts

FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
"""10:30 in Berlin."""
HOUR = timedelta(hours=1)
NOTICES: tuple[dict[str, Any], ...] = (
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    {"pinned_message": {"message_id": 1, "date": 0}},
    {"chat_background_set": {"type": {"type": "fill"}}},
    {"write_access_allowed": {}},
    {"boost_added": {"boost_count": 1}},
    {"giveaway_completed": {"winner_count": 1}},
    {"a_field_of_the_year_2031": {"text": "words"}},
    {},
)
PICTURE = [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]


def _push(house: House, person: Person, number: int, **fields: Any) -> None:
    """A message as Telegram hands it over, whatever is in it."""
    message = {
        "message_id": 9_000 + number,
        "date": int(house.clock.now().timestamp()),
        "chat": {"id": person.chat_id, "type": "private", "first_name": "Sam"},
        "from": {"id": person.chat_id, "is_bot": False, "first_name": "Sam"},
        **fields,
    }
    house.sandbox.send_raw({"message": message})


async def test_telegrams_own_notices_get_nothing_from_anybody(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    people = (weber, client, house.stranger())
    marks = [person.mark for person in people]
    for person in people:
        for number, notice in enumerate(NOTICES):
            _push(house, person, number, **notice)
    await house.settle()
    assert [p.heard(mark) for p, mark in zip(people, marks, strict=True)] == [[], [], []]
    assert await house.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


@pytest.mark.parametrize("words", ["/start", "/help", "/pause", ""])
async def test_asked_eleven_times_while_the_bot_was_down_is_answered_once(
    house: House, words: str
) -> None:
    client = await house.client(await house.therapist())
    mark = client.mark
    for _ in range(11):
        client.say(words) if words else client.send_sticker()
        house.jump(by=HOUR)
    await house.settle()
    assert len(client.heard(mark)) == 1
    client.say(words) if words else client.send_sticker()
    await house.settle()
    assert len(client.heard(mark)) == 2


async def test_the_same_command_for_somebody_else_is_another_one(house: House) -> None:
    weber = await house.therapist()
    for alias in ("M.K.", "B.L."):
        await house.client(weber, alias)
    for command in ("/session M.K.", "/session B.L.", "/session B.L."):
        weber.say(command)
    await house.settle()
    assert await house.rows("SELECT count(*) FROM therapy_sessions") == [(2,)]


async def test_an_album_gets_one_answer_however_it_comes_in(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    mark = client.mark
    for number in range(3):
        _push(house, client, number, photo=PICTURE, media_group_id="13")
    await house.settle()
    _push(house, client, 4, photo=PICTURE, media_group_id="13")
    await house.settle()
    assert len(client.heard(mark)) == 1
    _push(house, client, 5, photo=PICTURE, media_group_id="14")
    await house.settle()
    assert len(client.heard(mark)) == 2


async def test_each_picture_of_no_album_is_answered(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    for number in range(2):
        mark = client.mark
        _push(house, client, number, photo=PICTURE)
        await house.settle()
        assert len(client.heard(mark)) == 1


async def test_every_caption_of_an_album_is_read(house: House) -> None:
    client = await house.client(await house.therapist())
    mark = client.mark
    _push(house, client, 1, photo=PICTURE, media_group_id="13")
    _push(house, client, 2, photo=PICTURE, media_group_id="13", caption=HARD["en"])
    await house.settle()
    said = texts(client.heard(mark))
    assert [CRISIS in text for text in said] == [True, False, False], "ahead of what waits already"
    assert said[2].startswith("Shall Dr. Weber get these words as a note")


async def _session(house: House) -> tuple[datetime, datetime]:
    found = await house.work(lambda work: therapy_sessions.list_for_care(work.tx, 1))
    assert len(found) == 1
    return found[0].starts_at, found[0].ends_at


async def test_just_ended_is_when_it_was_written(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "M.K.")
    await house.travel(to=FRIDAY)
    weber.say("/session M.K.")
    house.jump(by=timedelta(hours=7.5))
    await house.settle()
    assert await _session(house) == (FRIDAY - timedelta(minutes=50), FRIDAY)


@pytest.mark.parametrize("hours", [5, 100])
async def test_an_answer_was_given_when_it_was_written(house: House, hours: int) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=FRIDAY)
    await house.say(client, "/checkin")
    client.say("7")
    await house.app.receiver.tick()
    house.jump(by=hours * HOUR)
    await house.settle()
    kept = await house.work(lambda work: answers.list_for_check_in(work.tx, 1))
    assert [answer.given_at for answer in kept] == [FRIDAY]


async def test_a_time_today_is_of_the_day_on_which_it_was_written(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "M.K.")
    await house.travel(to=FRIDAY)
    weber.say("/session M.K. 15:00")
    house.jump(by=timedelta(hours=23))
    await house.settle()
    starts_at, _ = await _session(house)
    assert starts_at == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["1.1.0001 0:00", "31.12.9999 23:59", "1.1.1970 15:00"])
async def test_a_day_at_the_end_of_the_calendar_is_far_and_holds_up_nothing(
    house: House, typed: str
) -> None:
    weber = await house.therapist()
    await house.client(weber, "M.K.")
    (told,) = await house.say(weber, f"/session M.K. {typed}")
    assert told == "That date is too far away. Please check it and try again."
    assert await house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
