"""Edits, deletions and answers to taps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot.clock import TravelClock
from bot.sandbox import Person

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
NO = InlineKeyboardMarkup([[InlineKeyboardButton("No", callback_data="n")]])
TOO_OLD = "Query is too old and response timeout expired or query id is invalid"


async def test_an_edit_changes_what_stands_there(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.chat_id, "before", reply_markup=YES)
    edited = await bot.edit_message_text("after", ana.chat_id, sent.message_id)
    assert not isinstance(edited, bool) and edited.text == "after" and edited.edit_date
    assert ana.last == "after" and ana.labels == []
    entry = ana.heard()[-1]
    assert (entry.kind, entry.before, entry.text) == ("edited", "before", "after")
    assert len(ana.screen) == 2


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.chat_id, "same", reply_markup=YES)
    complaint = "Message is not modified: specified new message content and reply markup are exact"
    with pytest.raises(BadRequest, match=complaint):
        await bot.edit_message_text("same", ana.chat_id, sent.message_id, reply_markup=YES)
    with pytest.raises(BadRequest, match=complaint):
        await bot.edit_message_reply_markup(ana.chat_id, sent.message_id, reply_markup=YES)
    await bot.edit_message_text("same", ana.chat_id, sent.message_id, reply_markup=NO)
    await bot.edit_message_reply_markup(ana.chat_id, sent.message_id, reply_markup=None)
    await bot.edit_message_text("<b>same</b>", ana.chat_id, sent.message_id, parse_mode="HTML")
    assert len(ana.heard()) == 4


async def test_only_own_messages_that_are_there_can_be_edited(bot: Bot, ana: Person) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("t", ana.chat_id, 99)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("t", ana.chat_id, 1)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.edit_message_text("", ana.chat_id, 1)
    file = await bot.send_document(ana.chat_id, b"x", filename="a.txt", caption="c")
    with pytest.raises(BadRequest, match="no text in the message to edit"):
        await bot.edit_message_text("t", ana.chat_id, file.message_id)
    await bot.edit_message_caption(ana.chat_id, file.message_id, caption="new")
    assert ana.last == "new"
    ana.block()
    with pytest.raises(Forbidden):
        await bot.edit_message_caption(ana.chat_id, file.message_id, caption="unseen")


async def test_a_message_can_be_deleted_for_less_than_48_hours(
    bot: Bot, ana: Person, clock: TravelClock
) -> None:
    young = await bot.send_message(ana.chat_id, "young")
    old = await bot.send_message(ana.chat_id, "old")
    clock.jump(clock.now() + timedelta(hours=48, seconds=-1))
    await bot.delete_message(ana.chat_id, young.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ana.chat_id, young.message_id)
    clock.jump(clock.now() + timedelta(seconds=1))
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(ana.chat_id, old.message_id)
    assert [message.text for message in ana.screen] == ["/start", "old"]
    assert ana.ledger[-1].kind == "deleted"


async def test_a_tap_can_be_answered_once(bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.chat_id, "Well?", reply_markup=YES)
    ana.tap("Yes")
    query = (await bot.get_updates(timeout=0))[-1].callback_query
    assert query and query.data == "y" and query.message and query.message.is_accessible
    assert query.from_user.id == ana.chat_id
    await query.answer("Noted", show_alert=True)
    toast = ana.heard()[-1]
    assert (toast.kind, toast.text, toast.alert) == ("toast", "Noted", True)
    with pytest.raises(BadRequest, match=TOO_OLD):
        await query.answer()


@pytest.mark.parametrize(("age", "accepted"), [(15, True), (16, False)])
async def test_a_tap_grows_too_old_to_be_answered(
    bot: Bot, ana: Person, clock: TravelClock, age: int, accepted: bool
) -> None:
    await bot.send_message(ana.chat_id, "Well?", reply_markup=YES)
    query_id = ana.tap("Yes")
    assert query_id is not None
    clock.jump(clock.now() + timedelta(seconds=age))
    if accepted:
        assert await bot.answer_callback_query(query_id)
    else:
        with pytest.raises(BadRequest, match=TOO_OLD):
            await bot.answer_callback_query(query_id)


async def test_a_forged_query_and_too_many_words_are_refused(bot: Bot, ana: Person) -> None:
    with pytest.raises(BadRequest, match=TOO_OLD):
        await bot.answer_callback_query("123")
    query_id = ana.tap_data(1, "anything")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(query_id, "w" * 201)
    await bot.answer_callback_query(query_id, "w" * 200)
    assert len(ana.heard()[-1].text) == 200
