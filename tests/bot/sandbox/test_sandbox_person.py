"""The person's side: taps by label, phones that cut long texts, two bots, waiting by event."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.sandbox import Person, Sandbox


def one(label: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])


async def test_a_tap_goes_to_the_newest_message_with_the_label(bot: Bot, ana: Person) -> None:
    first = await bot.send_message(ana.chat_id, "old", reply_markup=one("Yes", "old"))
    await bot.send_message(ana.chat_id, "new", reply_markup=one("Yes", "new"))
    await bot.send_message(ana.chat_id, "other", reply_markup=one("No", "no"))
    ana.tap("Yes")
    ana.tap("Yes", ana.screen[first.message_id - 1])
    assert [entry.data for entry in ana.ledger if entry.kind == "tapped"] == ["new", "old"]


async def test_a_label_that_is_not_there_names_those_that_are(bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.chat_id, "t", reply_markup=one("Yes", "y"))
    with pytest.raises(LookupError, match=r"no button 'yes'; visible: \['Yes'\]"):
        ana.tap("yes")


async def test_a_key_of_a_reply_keyboard_types_its_label(bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.chat_id, "t", reply_markup=ReplyKeyboardMarkup([["Later"]]))
    assert ana.tap("Later") is None
    assert ana.ledger[-1].kind == "said" and ana.ledger[-1].text == "Later"


async def test_a_link_opens_without_telling_the_bot(bot: Bot, ana: Person) -> None:
    link = InlineKeyboardMarkup([[InlineKeyboardButton("Read", url="https://e.org")]])
    await bot.send_message(ana.chat_id, "t", reply_markup=link)
    assert ana.tap("Read") is None
    assert len(await bot.get_updates(timeout=0)) == 1


@pytest.mark.parametrize("payload", ["a" * 64, "A-z_9"])
def test_a_start_payload_that_a_link_can_carry(sandbox: Sandbox, payload: str) -> None:
    assert sandbox.person(5).start(payload).text == f"/start {payload}"


@pytest.mark.parametrize("payload", ["a" * 65, "a b", "ü", "a="])
def test_a_start_payload_that_no_link_can_carry(sandbox: Sandbox, payload: str) -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        sandbox.person(5).start(payload)


def test_a_phone_cuts_a_text_that_is_too_long(ana: Person) -> None:
    ana.say("🙂" * 2048 + "b")
    assert [entry.text for entry in ana.ledger[1:]] == ["🙂" * 2048, "b"]


def test_who_blocked_the_bot_cannot_write_to_it(ana: Person) -> None:
    ana.block()
    with pytest.raises(RuntimeError, match="blocked"):
        ana.say("hello")
    with pytest.raises(RuntimeError, match="blocked"):
        ana.tap_data(1, "x")


async def test_two_bots_share_nothing_but_the_service(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.add_bot("2002:other", "other_bot")
    elsewhere = sandbox.person(ana.chat_id, "Ana", token="2002:other")
    async with Bot("2002:other", base_url=f"{sandbox.url}/bot") as other:
        assert await other.get_updates(timeout=0) == ()
        elsewhere.start("x")
        await other.send_message(ana.chat_id, "from the other")
    assert [entry.kind for entry in ana.ledger] == ["said"]
    assert elsewhere.last == "from the other"
    assert sandbox.ledger(ana.chat_id, "2002:other") == elsewhere.ledger
    assert len(await bot.get_updates(timeout=0)) == 1


async def test_waiting_ends_with_the_event_and_not_with_time(bot: Bot, ana: Person) -> None:
    mark = ana.mark
    waiting = asyncio.create_task(ana.hears(mark, count=2))
    await bot.send_message(ana.chat_id, "one")
    assert not waiting.done()
    await bot.send_message(ana.chat_id, "two")
    assert [entry.text for entry in await waiting] == ["one", "two"]


async def test_waiting_in_vain_says_for_what(ana: Person) -> None:
    with pytest.raises(TimeoutError, match=r"waited 0\.01 s for 1 from the bot in chat 77"):
        await ana.hears(ana.mark, limit=0.01)
