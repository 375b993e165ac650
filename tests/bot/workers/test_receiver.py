"""Intake: nothing is confirmed before it is on disk, and nothing holds up the rest."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.ports import MOST_UPDATES
from bot.running import Runner
from bot.sandbox.faults import CLOSE, GARBLED, LATE, Fault
from storage import inbox
from tests.bot.workers.trouble import refusing
from tests.support.house import House

WEEK = timedelta(days=7)


@pytest.mark.promise("P1a")
async def test_the_offset_moves_only_after_the_commit(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    therapist.say("/help")
    async with refusing(house.app.store, "INSERT ON inbox"):
        for _ in range(3):
            with pytest.raises(Exception, match="no room"):
                await house.app.receiver.tick()
        assert house.sandbox.world.account().updates.pending == 1
    await house.settle()
    assert len(therapist.heard(mark)) == 1
    assert house.sandbox.world.account().updates.pending == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault("getUpdates", 401),
        Fault("getUpdates", 404),
        Fault("getUpdates", 409),
        Fault("getUpdates", 429, retry_after=7),
        Fault("getUpdates", 502),
        Fault("getUpdates", CLOSE),
        Fault("getUpdates", GARBLED),
        Fault("getUpdates", GARBLED, when="after"),
        Fault("getUpdates", 502, when="after"),
        Fault("getUpdates", CLOSE, when="after"),
    ],
    ids=lambda fault: f"{fault.status}-{fault.when}",
)
async def test_a_failing_poll_is_tried_again_after_a_pause(house: House, fault: Fault) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    therapist.say("/help")
    house.sandbox.faults.add(fault)
    count, pause = await house.app.receiver.tick()
    assert count == 0
    assert pause >= (7 if fault.status == 429 else 2)
    assert not house.app.receiver.caught_up
    await house.settle()
    assert len(therapist.heard(mark)) == 1


async def test_all_is_in_only_once_a_poll_brings_less_than_it_may(house: House) -> None:
    """What waits behind a full poll may hold the answer that a timer would come too early for."""
    therapist = await house.therapist()
    receiver = house.app.receiver
    receiver.start_over()
    for number in range(MOST_UPDATES + 1):
        therapist.say(f"word {number}")
    assert await receiver.tick() == (MOST_UPDATES, 0.0), "the rest is asked for at once"
    assert not receiver.caught_up
    assert (await receiver.tick())[0] == 1
    assert receiver.caught_up


@pytest.mark.parametrize(
    ("status", "advice"), [(401, "revoked"), (404, "no bot"), (409, "another program")]
)
async def test_only_a_lasting_refusal_waits_long_and_the_log_says_what_to_do(
    house: House, status: int, advice: str
) -> None:
    await house.invite_therapist()
    house.sandbox.faults.add(Fault("getUpdates", status, count=6))
    with capture_logs() as lines:
        pauses = [(await house.app.receiver.tick())[1] for _ in range(7)]
    assert pauses == [2, 4, 4, 4, 4, 4, 0]
    assert [line["failures"] for line in lines] == [1, 2, 4]
    assert all(advice in line["advice"] for line in lines)


async def test_that_nobody_is_in_the_database_is_said_once(house: House) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            assert await house.app.receiver.tick() == (0, 2.0)
    assert [line["event"] for line in lines] == ["nobody_is_here"]


async def test_a_poll_that_was_hurried_does_not_hurry_those_after_it(house: House) -> None:
    therapist, receiver = await house.therapist(), house.app.receiver
    receiver.has_loop = True
    await receiver.ask_soon()
    await receiver.tick(50.0)
    polls = house.sandbox.calls["getUpdates"]
    polling = asyncio.create_task(receiver.tick(50.0))
    await therapist.wait_for(lambda _: house.sandbox.calls["getUpdates"] > polls)
    assert not polling.done()
    therapist.say("/help")
    assert await polling == (1, 0.0), "it hung until something came"


async def test_hours_of_failing_polls_neither_hurry_nor_fill_the_log(house: House) -> None:
    await house.invite_therapist()
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    with capture_logs() as lines:
        pauses = [(await house.app.receiver.tick())[1] for _ in range(40)]
    assert pauses[0] == 2
    assert pauses[10:] == [4] * 30
    assert [line["failures"] for line in lines] == [1, 2, 4, 8, 16, 32]


async def test_a_repeated_update_is_answered_once(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    therapist.say("/help")
    house.sandbox.duplicate()
    await house.settle()
    house.sandbox.duplicate()
    await house.settle()
    assert len(therapist.heard(mark)) == 1


async def test_numbers_that_begin_anew_after_a_silent_week(house: House) -> None:
    therapist = await house.therapist()
    house.jump(by=WEEK)
    house.sandbox.jump_update_id(3)
    mark = therapist.mark
    therapist.say("/help")
    await house.settle()
    assert ["/invite" in e.text for e in therapist.heard(mark)].count(True) == 1


@pytest.mark.promise("P1d")
async def test_an_update_that_cannot_be_parsed_among_ten(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    for number in range(10):
        if number == 4:
            chat = {"id": therapist.chat_id, "type": "private"}
            broken = {"message_id": 70, "date": 1, "chat": chat, "text": {"a": 1}}
            house.sandbox.send_raw({"message": broken})
        else:
            therapist.say(("/help", "/privacy", "/clients")[number % 3])
    await house.settle()
    kept = await house.rows("SELECT count(*) FROM inbox WHERE state = 'quarantined'")
    assert kept == [(1,)]
    told = [entry.text for entry in therapist.heard(mark)]
    assert len(told) == 10
    assert len(set(told)) == 4, "three kinds of answers, and once that a message was set aside"


async def test_an_update_that_cannot_be_read_is_counted_and_passed(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    house.sandbox.send_raw({"callback_query": {}})
    house.sandbox.send_raw({"message": {"chat": "none"}})
    therapist.say("/help")
    with capture_logs() as lines:
        await house.settle()
    kinds = {"callback_query": 1, "message": 1}
    assert {"event": "updates_unreadable", "kinds": kinds, "log_level": "error"} in lines
    assert len(therapist.heard(mark)) == 1
    assert house.sandbox.world.account().updates.pending == 0


@pytest.mark.promise("P1d")
async def test_half_a_character_costs_nobody_an_answer(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    chat = {"id": therapist.chat_id, "type": "private"}
    sender = {"id": therapist.chat_id, "is_bot": False, "first_name": "\ud83d"}
    half = {"message_id": 71, "date": 1, "chat": chat, "from": sender, "text": "half \ud83d"}
    house.sandbox.send_raw({"message": half})
    house.sandbox.send_raw({"message": {**half, "chat": {"id": 5, "type": "private"}}})
    therapist.say("/help")
    await house.settle()
    assert len(therapist.heard(mark)) == 2


@pytest.mark.promise("P1d")
async def test_a_number_that_no_database_holds_costs_nobody_an_answer(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    for number, words in ((5000, "/help"), (10**30, "/clients"), (5001, "/privacy")):
        house.sandbox.jump_update_id(number)
        therapist.say(words)
    with capture_logs() as lines:
        assert await house.app.receiver.tick() == (3, 0.0), "it is passed, not asked for again"
    assert [line["event"] for line in lines] == ["update_not_kept", "updates_unreadable"]
    await house.app.handler.tick()
    await house.app.sender.tick()
    assert len(therapist.heard(mark)) == 2


async def test_telling_strangers_holds_up_nobody(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    stranger = house.stranger()
    house.sandbox.faults.add(
        Fault("sendMessage", LATE, chat_id=stranger.chat_id, when="after", delay=30)
    )
    stranger.say("hello")
    await house.app.receiver.tick()
    therapist.say("/help")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    await house.app.sender.tick()
    assert len(therapist.heard(mark)) == 1
    house.jump(by=timedelta(seconds=31))
    await house.settle()


@pytest.mark.promise("P5c")
async def test_the_bot_leaves_groups(house: House) -> None:
    await house.invite_therapist()
    group = house.sandbox.group()
    group.add_bot(house.stranger())
    await house.settle()
    assert not group.bot_is_member
    assert await house.app.store.read(inbox.count_new) == 0


async def test_a_silent_poll_is_begun_anew(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    house.sandbox.faults.add(Fault("getUpdates", LATE, delay=86400))
    runner = Runner(house.app, house.clock)
    running = asyncio.create_task(runner.run())
    polls = house.sandbox.calls["getUpdates"]
    await therapist.wait_for(lambda _: house.sandbox.calls["getUpdates"] > polls)
    therapist.say("/help")
    with capture_logs() as lines:
        house.jump(by=timedelta(minutes=4))
        await therapist.hears(mark)
    assert "receiver_silent" in [line["event"] for line in lines]
    runner.stop.set()
    house.jump(by=timedelta(minutes=1))
    await running


async def test_a_taps_own_id_is_kept_as_a_hash_only_and_counts_once(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    query_id = client.tap("7")
    assert query_id is not None
    await house.app.receiver.tick()
    kept = await house.rows("SELECT fingerprint FROM inbox WHERE state = 'new'")
    assert len(kept) == 1 and query_id not in str(kept)
