"""getUpdates: offsets, redelivery, retention, long polls, conflicts, and the shape of an update."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from bot.clock import TravelClock
from bot.sandbox import Person, Sandbox


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text if update.message else None for update in updates]


async def test_an_unconfirmed_update_comes_again_and_a_confirmed_one_never(
    bot: Bot, ana: Person
) -> None:
    ana.say("one")
    first = await bot.get_updates(timeout=0)
    assert texts(first) == ["/start", "one"]
    assert texts(await bot.get_updates(timeout=0)) == ["/start", "one"]
    assert texts(await bot.get_updates(offset=first[1].update_id, timeout=0)) == ["one"]
    assert texts(await bot.get_updates(offset=first[1].update_id + 1, timeout=0)) == []
    assert texts(await bot.get_updates(timeout=0)) == []


async def test_a_negative_offset_forgets_all_but_the_last(bot: Bot, ana: Person) -> None:
    for word in "abc":
        ana.say(word)
    assert texts(await bot.get_updates(offset=-2, timeout=0)) == ["b", "c"]
    assert texts(await bot.get_updates(timeout=0)) == ["b", "c"]


async def test_at_most_limit_updates_and_never_more_than_a_hundred(bot: Bot, ana: Person) -> None:
    for number in range(104):
        ana.say(str(number))
    assert len(await bot.get_updates(limit=3, timeout=0)) == 3
    assert len(await bot.get_updates(timeout=0)) == 100
    assert len(await bot.get_updates(limit=101, timeout=0)) == 100


async def test_allowed_updates_are_remembered_and_leave_queued_ones_alone(
    bot: Bot, ana: Person
) -> None:
    await bot.get_updates(timeout=0, allowed_updates=["my_chat_member"])
    ana.say("not wanted")
    ana.block()
    seen = await bot.get_updates(timeout=0)
    assert texts(seen) == ["/start", None]
    assert seen[1].my_chat_member is not None


async def test_updates_are_kept_for_24_hours(bot: Bot, ana: Person, clock: TravelClock) -> None:
    clock.jump(clock.now() + timedelta(seconds=1))
    ana.say("a second later")
    clock.jump(clock.now() + timedelta(hours=24, seconds=-1))
    assert texts(await bot.get_updates(timeout=0)) == ["/start", "a second later"]
    clock.jump(clock.now() + timedelta(seconds=1))
    assert texts(await bot.get_updates(timeout=0)) == ["a second later"]
    clock.jump(clock.now() + timedelta(seconds=1))
    assert texts(await bot.get_updates(timeout=0)) == []


async def test_a_long_poll_returns_as_soon_as_somebody_writes(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    (start,) = await bot.get_updates(timeout=0)
    poll = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=30))
    await sandbox.until_quiet()
    ana.say("now")
    assert not sandbox.quiet
    assert texts(await poll) == ["now"]


async def test_a_long_poll_ends_empty_when_the_clock_passes_its_timeout(
    bot: Bot, sandbox: Sandbox, clock: TravelClock
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await sandbox.until_quiet()
    clock.jump(clock.now() + timedelta(seconds=30))
    assert await poll == ()


async def test_a_second_poll_makes_the_first_a_conflict(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    (start,) = await bot.get_updates(timeout=0)
    first = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=30))
    await sandbox.until_quiet()
    second = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    ana.say("for the second")
    assert texts(await second) == ["for the second"]


async def test_a_poll_whose_client_went_away_takes_nothing_with_it(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    (start,) = await bot.get_updates(timeout=0)
    async with httpx.AsyncClient() as gone:
        address = f"{sandbox.url}/bot{sandbox.token}/getUpdates"
        form = {"timeout": 30, "offset": start.update_id + 1}
        poll = asyncio.create_task(gone.post(address, data=form))
        await sandbox.until_quiet()
        poll.cancel()
        await ana.wait_for(lambda _: not sandbox.quiet, what="the poll to end")
    ana.say("still there")
    assert texts(await bot.get_updates(timeout=0)) == ["still there"]


async def test_after_a_jump_down_a_stored_offset_confirms_what_was_never_seen(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    (start,) = await bot.get_updates(timeout=0)
    sandbox.jump_update_id(5)
    ana.say("low")
    seen = await bot.get_updates(timeout=0)
    assert [update.update_id for update in seen] == [start.update_id, 5]
    assert await bot.get_updates(offset=start.update_id + 1, timeout=0) == ()


async def test_an_update_can_come_again_after_it_was_confirmed(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    (start,) = await bot.get_updates(timeout=0)
    await bot.get_updates(offset=start.update_id + 1, timeout=0)
    assert sandbox.duplicate() == start.update_id
    again = await bot.get_updates(offset=start.update_id + 1, timeout=0)
    assert [update.update_id for update in again] == [start.update_id]
    assert await bot.get_updates(offset=start.update_id + 1, timeout=0) == ()


async def test_an_update_that_no_client_can_parse_is_delivered_as_it_is(sandbox: Sandbox) -> None:
    update_id = sandbox.send_raw({"callback_query": {"id": "1"}})
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{sandbox.url}/bot{sandbox.token}/getUpdates")
    expected = {"update_id": update_id, "callback_query": {"id": "1"}}
    assert answer.json() == {"ok": True, "result": [expected]}


async def test_polling_is_a_conflict_while_a_webhook_is_set(bot: Bot, ana: Person) -> None:
    await bot.set_webhook("https://bot.example/hook")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://bot.example/hook", 1)
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates(timeout=0)
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates(timeout=0) == ()
    with pytest.raises(BadRequest, match="https url must be provided"):
        await bot.set_webhook("http://bot.example/hook")


async def test_every_kind_of_update_can_be_parsed(bot: Bot, ana: Person, sandbox: Sandbox) -> None:
    said = ana.say("/start@interlude_bot 🙂 /help me/not")
    ana.edit(said, "changed")
    ana.reply(said, "to that")
    ana.send_sticker()
    ana.send_photo(caption="look")
    ana.send_document("note.pdf", b"%PDF", "read")
    ana.tap_data(999, "forged")
    ana.block()
    group = sandbox.group()
    group.add_bot(ana)
    group.say(ana, "hello all")
    seen = await bot.get_updates(timeout=0)
    message = seen[1].message
    assert message is not None and message.text is not None
    commands = [message.parse_entity(entity) for entity in message.entities]
    assert commands == ["/start@interlude_bot", "/help"]
    assert seen[2].edited_message and seen[2].edited_message.text == "changed"
    assert seen[2].edited_message.edit_date is not None
    assert seen[3].message and seen[3].message.reply_to_message
    assert seen[4].message and seen[4].message.sticker
    assert seen[5].message and seen[5].message.photo and seen[5].message.caption == "look"
    assert seen[6].message and seen[6].message.document
    assert seen[6].message.document.file_name == "note.pdf"
    query = seen[7].callback_query
    assert query and query.data == "forged" and query.chat_instance
    assert query.message and not query.message.is_accessible
    changed = seen[8].my_chat_member
    assert changed and changed.difference()["status"] == ("member", "kicked")
    joined = seen[9].my_chat_member
    assert joined and joined.chat.type == "group" and joined.new_chat_member.status == "member"
    assert seen[10].effective_chat and seen[10].effective_chat.id == group.chat_id
    assert seen[10].effective_user and seen[10].effective_user.id == ana.chat_id


async def test_the_bot_can_leave_a_group_but_not_a_private_chat(
    bot: Bot, ana: Person, sandbox: Sandbox
) -> None:
    group = sandbox.group()
    with pytest.raises(BadRequest, match="not found"):
        await bot.leave_chat(group.chat_id)
    group.add_bot(ana)
    assert await bot.leave_chat(group.chat_id)
    assert not group.bot_is_member
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(ana.chat_id)
