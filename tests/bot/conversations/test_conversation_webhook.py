"""A practice to which Telegram delivers: whoever writes to it notices nothing of that, and an
outage of the door is told and made good as one of polls is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from storage import alarms, answers
from tests.bot.conversations import (
    test_conversation_check_in,
    test_conversation_digest,
    test_conversation_onboarding,
)
from tests.support.house import PUBLIC, House, texts

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    "story",
    [
        test_conversation_check_in.test_by_taps,
        test_conversation_check_in.test_an_update_delivered_twice_counts_once,
        test_conversation_digest.test_read_is_recorded_by_the_first_tap,
        test_conversation_onboarding.test_stopping_is_confirmed_and_nothing_is_asked_afterwards,
    ],
    ids=lambda story: story.__name__,
)
async def test_a_whole_story_reads_as_it_does_with_polls(
    delivered: House, story: Callable[[House], Awaitable[None]]
) -> None:
    await story(delivered)
    assert delivered.sandbox.calls["getUpdates"] == 0
    assert delivered.sandbox.world.account().webhook.url == f"{PUBLIC}/telegram"


def close_the_door(house: House) -> None:
    """The reverse proxy is down; what the bot sends still leaves."""
    house.sandbox.proxy(PUBLIC)


def open_the_door(house: House) -> None:
    house.sandbox.proxy(PUBLIC, f"http://127.0.0.1:{house.app.settings.webhook.port}")


@pytest.mark.promise("P3e")
async def test_an_answer_that_waits_before_a_closed_door_beats_its_expiry(delivered: House) -> None:
    client = await delivered.client(await delivered.therapist(), "A.B.")
    await delivered.travel(to=WEDNESDAY)
    await delivered.tap(client, "7")
    await delivered.say(client, "The walk")
    opened = await delivered.rows("SELECT due_at FROM timers WHERE kind = 'expire'")
    assert opened
    close_the_door(delivered)
    await delivered.travel(by=23 * HOUR)
    client.say("The rain, and that it went on.")
    await delivered.travel(by=8 * HOUR)
    assert len(await delivered.work(lambda work: answers.list_for_check_in(work.tx, 1))) == 2
    open_the_door(delivered)
    await delivered.travel(by=3 * MINUTE)
    kept = await delivered.work(lambda work: answers.list_for_check_in(work.tx, 1))
    assert {each.step_id: each.value for each in kept}["hard"] == "The rain, and that it went on."


async def test_the_admin_reads_that_nothing_arrives_and_that_it_does_again(
    delivered: House,
) -> None:
    weber = await delivered.admin()
    client = await delivered.client(weber, "A.B.")
    mark = weber.mark
    close_the_door(delivered)
    client.say("/help")
    with capture_logs() as lines:
        for minute in range(7):
            await delivered.travel(by=MINUTE)
            await delivered.app.watchman.tick()
            begun = await delivered.work(lambda work: alarms.list_open(work.tx))
            assert bool(begun) == (minute >= 4), "a proxy that starts anew is no alarm"
        await delivered.settle()
    (told,) = texts(weber.heard(mark))
    assert told.startswith("What people write to this bot does not arrive here at present")
    failed = [line for line in lines if line["event"] == "poll_failed"]
    assert failed[0]["reason"] == "not_delivered"
    assert "Connection refused" in failed[0]["advice"]
    open_the_door(delivered)
    await delivered.travel(by=5 * MINUTE)
    assert client.last.startswith("This bot asks"), "what waited was answered"
    await delivered.app.watchman.tick()
    await delivered.settle()
    assert texts(weber.heard(mark))[1:] == [
        "What people write to this bot arrives here again. That is settled."
    ]
    assert await delivered.work(lambda work: alarms.list_open(work.tx)) == []
