"""Faults before and after the effect: the client sees an error, the ledger says what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.clock import TravelClock
from bot.sandbox import CLOSE, LATE, Fault, Person, Sandbox

FAULTS = [
    (400, BadRequest),
    (401, InvalidToken),
    (403, Forbidden),
    (404, InvalidToken),
    (409, Conflict),
    (429, RetryAfter),
    (500, NetworkError),
    (502, NetworkError),
    (CLOSE, NetworkError),
]


@pytest.mark.parametrize(("status", "error"), FAULTS)
async def test_before_the_effect_nothing_happened(
    bot: Bot, ana: Person, sandbox: Sandbox, status: int, error: type[TelegramError]
) -> None:
    sandbox.faults.add(Fault("sendMessage", status))
    with pytest.raises(error):
        await bot.send_message(ana.chat_id, "lost")
    await bot.send_message(ana.chat_id, "second")
    assert [entry.text for entry in ana.heard()] == ["second"]


@pytest.mark.parametrize(("status", "error"), FAULTS)
async def test_after_the_effect_everything_happened(
    bot: Bot, ana: Person, sandbox: Sandbox, status: int, error: type[TelegramError]
) -> None:
    sandbox.faults.add(Fault("sendMessage", status, when="after"))
    with pytest.raises(error):
        await bot.send_message(ana.chat_id, "arrived")
    assert [entry.text for entry in ana.heard()] == ["arrived"]


async def test_a_late_answer_times_out_although_the_message_arrived(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("sendMessage", LATE, when="after", delay=60))
    with pytest.raises(TimedOut):
        await bot.send_message(ana.chat_id, "arrived", read_timeout=0.05)
    assert [entry.text for entry in ana.heard()] == ["arrived"]


async def test_a_refused_call_does_not_use_up_a_fault_for_afterwards(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("sendMessage", 502, when="after"))
    with pytest.raises(BadRequest):
        await bot.send_message(ana.chat_id, "")
    with pytest.raises(NetworkError):
        await bot.send_message(ana.chat_id, "t")


async def test_retry_after_is_told(bot: Bot, ana: Person, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("*", 429, retry_after=7))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ana.chat_id, "t")
    assert caught.value.retry_after == timedelta(seconds=7)


async def test_which_calls_a_fault_hits(bot: Bot, ana: Person, sandbox: Sandbox) -> None:
    ben = sandbox.person(78, "Ben")
    ben.start()
    sandbox.faults.add(Fault("sendMessage", 500, count=2, skip=1, chat_id=ana.chat_id))
    outcomes = []
    for chat_id in (ana.chat_id, ana.chat_id, ben.chat_id, ana.chat_id, ana.chat_id):
        try:
            await bot.send_message(chat_id, "t")
            outcomes.append(True)
        except NetworkError:
            outcomes.append(False)
    assert outcomes == [True, False, True, False, True]


def test_a_probability_is_drawn_from_its_seed(sandbox: Sandbox) -> None:
    def draw(seed: int) -> list[bool]:
        sandbox.faults.clear()
        sandbox.faults.add(Fault("x", count=None, probability=0.5, seed=seed))
        return [sandbox.faults.pick("before", "x", None) is not None for _ in range(64)]

    assert draw(1) == draw(1) != draw(2)
    assert 16 < sum(draw(1)) < 48


async def test_a_flood_window_lasts_by_the_clock(
    bot: Bot, ana: Person, sandbox: Sandbox, clock: TravelClock
) -> None:
    sandbox.faults.flood(10)
    clock.jump(clock.now() + timedelta(seconds=4))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ana.chat_id, "t")
    assert caught.value.retry_after == timedelta(seconds=6)
    await bot.send_chat_action(ana.chat_id, "typing")
    clock.jump(clock.now() + timedelta(seconds=6))
    await bot.send_message(ana.chat_id, "t")
    assert len(ana.heard()) == 1


async def test_one_chat_takes_a_burst_of_five_and_then_one_a_second(
    bot: Bot, ana: Person, sandbox: Sandbox, clock: TravelClock
) -> None:
    sandbox.faults.rate_limits = True
    for _ in range(5):
        sent = await bot.send_message(ana.chat_id, "t")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ana.chat_id, "t")
    assert caught.value.retry_after == timedelta(seconds=1)
    await bot.edit_message_text("edits are free", ana.chat_id, sent.message_id)
    clock.jump(clock.now() + timedelta(seconds=1))
    await bot.send_message(ana.chat_id, "t")
    with pytest.raises(RetryAfter):
        await bot.send_message(ana.chat_id, "t")


async def test_all_chats_together_take_thirty_a_second(
    bot: Bot, sandbox: Sandbox, clock: TravelClock
) -> None:
    sandbox.faults.rate_limits = True
    for chat_id in range(1, 32):
        sandbox.person(chat_id, "P").start()
    for chat_id in range(1, 31):
        await bot.send_message(chat_id, "t")
    with pytest.raises(RetryAfter):
        await bot.send_message(31, "t")
    clock.jump(clock.now() + timedelta(seconds=1))
    await bot.send_message(31, "t")


async def test_polling_meets_faults_too(bot: Bot, ana: Person, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("getUpdates", 409))
    with pytest.raises(Conflict):
        await bot.get_updates(timeout=0)
    sandbox.faults.add(Fault("getUpdates", 502, when="after"))
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=0)
    assert len(await bot.get_updates(timeout=0)) == 1
    assert sandbox.refusals == {409: 1, 502: 1}
