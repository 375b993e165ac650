"""A chat as text."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.clock import TravelClock
from bot.sandbox import Person, transcript
from bot.sandbox.client import PIXEL

EXPECTED = """\
Monday 2026-11-23
10:00  Ana: /start
10:00  bot: How are you?
       Take your time.
       [Well] [Not well]
       [Skip]
23:59  Ana taps [Well]
23:59  (toast) Noted
23:59  (changed) #2: How are you? Well

Tuesday 2026-11-24
00:00  bot: (picture 1x1) Your week
00:00  bot: (file week.pdf, 4 bytes)
00:00  Ana: two
       lines
00:00  (deleted) #2: How are you? Well
00:00  Ana: (sticker 🙂)
00:00  Ana blocked the bot
"""


async def test_a_chat_reads_as_it_happened(bot: Bot, ana: Person, clock: TravelClock) -> None:
    rows = [["Well", "Not well"], ["Skip"]]
    keys = [[InlineKeyboardButton(label, callback_data=label) for label in row] for row in rows]
    asked = await bot.send_message(
        ana.chat_id, "How are you?\nTake your time.", reply_markup=InlineKeyboardMarkup(keys)
    )
    clock.jump(clock.now() + timedelta(hours=13, minutes=59))
    query_id = ana.tap("Well")
    assert query_id is not None
    await bot.answer_callback_query(query_id, "Noted")
    await bot.edit_message_text("How are you? Well", ana.chat_id, asked.message_id)
    clock.jump(clock.now() + timedelta(minutes=1))
    await bot.send_photo(ana.chat_id, PIXEL, caption="Your week")
    await bot.send_document(ana.chat_id, b"%PDF", filename="week.pdf")
    ana.say("two\nlines")
    await bot.delete_message(ana.chat_id, asked.message_id)
    ana.send_sticker()
    ana.block()
    assert transcript(ana.ledger, ana.name, ZoneInfo("Europe/Berlin")) == EXPECTED


def test_a_chat_without_history_is_empty() -> None:
    assert transcript([], "Ana", ZoneInfo("UTC")) == ""


async def test_a_change_of_buttons_alone_does_not_repeat_the_text(bot: Bot, ana: Person) -> None:
    ana.start()
    row = [InlineKeyboardButton("Yes", callback_data="y")]
    sent = await bot.send_message(
        ana.chat_id, "A long text.", reply_markup=InlineKeyboardMarkup([row])
    )
    await bot.edit_message_reply_markup(ana.chat_id, sent.message_id, reply_markup=None)
    shown = transcript(ana.ledger, "Ana", ZoneInfo("UTC"))
    assert shown.count("A long text.") == 1
    assert shown.rstrip().endswith(f"(other buttons) #{sent.message_id}")
