"""Sending: what arrives, and each of Telegram's limits at its edge."""

from __future__ import annotations

from itertools import count, islice

import httpx
import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.sandbox import Person, Sandbox
from bot.sandbox.client import PIXEL

STRANGER = 4_000_000_001


def keyboard(*rows: int) -> InlineKeyboardMarkup:
    """Rows of so many buttons, numbered through."""
    number = count()
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(f"b{n}", callback_data=f"{n}") for n in islice(number, width)]
            for width in rows
        ]
    )


async def test_a_message_arrives_with_its_words_and_buttons(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(
        ana.chat_id, "Hi <b>there</b> &amp; you", parse_mode="HTML", reply_markup=keyboard(2, 1)
    )
    assert sent.text == "Hi there & you"
    assert [entity.type for entity in sent.entities] == ["bold"]
    assert sent.reply_markup == keyboard(2, 1)
    assert sent.message_id == 2
    assert ana.last == "Hi there & you"
    assert ana.labels == [["b0", "b1"], ["b2"]]
    assert [entry.kind for entry in ana.ledger] == ["said", "sent"]


@pytest.mark.parametrize("unit", ["a", "ж", "🙂"])
async def test_text_may_have_4096_utf16_units(bot: Bot, ana: Person, unit: str) -> None:
    most = 4096 // (len(unit.encode("utf-16-le")) // 2)
    await bot.send_message(ana.chat_id, unit * most)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(ana.chat_id, unit * most + "a")
    assert [len(entry.text) for entry in ana.heard()] == [most]


async def test_length_counts_after_parsing_and_blanks_do_not_count(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.chat_id, f" <b>{'&lt;' * 4096}</b>\n", parse_mode="HTML")
    assert sent.text == "<" * 4096
    assert (sent.entities[0].offset, sent.entities[0].length) == (0, 4096)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("", "Message text is empty"), (" \n", "Text must be non-empty"), ("<b></b>", "non-empty")],
)
async def test_empty_text_is_refused(bot: Bot, ana: Person, text: str, complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        await bot.send_message(ana.chat_id, text, parse_mode="HTML")
    assert ana.heard() == []


async def test_a_caption_may_have_1024_units(bot: Bot, ana: Person) -> None:
    await bot.send_document(ana.chat_id, b"x", caption="c" * 1024, filename="a.txt")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(ana.chat_id, b"x", caption="c" * 1025, filename="a.txt")
    assert len(ana.heard()) == 1


@pytest.mark.parametrize("data", ["x" * 64, "ж" * 32])
async def test_callback_data_may_have_64_bytes(bot: Bot, ana: Person, data: str) -> None:
    def one(value: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("b", callback_data=value)]])

    await bot.send_message(ana.chat_id, "t", reply_markup=one(data))
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(ana.chat_id, "t", reply_markup=one(data + "x"))


async def test_a_keyboard_may_have_100_buttons(bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.chat_id, "t", reply_markup=keyboard(*[8] * 12, 4))
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(ana.chat_id, "t", reply_markup=keyboard(*[8] * 12, 5))


async def test_a_keyboard_may_not_weigh_more_than_10_kilobytes(bot: Bot, ana: Person) -> None:
    def weighing(label: int) -> InlineKeyboardMarkup:
        button = InlineKeyboardButton("b" * label, callback_data="d" * 64)
        return InlineKeyboardMarkup([[button]] * 50)

    await bot.send_message(ana.chat_id, "t", reply_markup=weighing(100))
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(ana.chat_id, "t", reply_markup=weighing(120))


async def test_nobody_sees_the_ninth_button_of_a_row(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.chat_id, "t", reply_markup=keyboard(9))
    assert sent.reply_markup == keyboard(8)
    assert len(ana.labels[0]) == 8
    with pytest.raises(LookupError, match="b7"):
        ana.tap("b8")


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("[]", "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
        (
            '{"inline_keyboard": 1}',
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array',
        ),
        (
            '{"inline_keyboard": [1]}',
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            '{"inline_keyboard": [[1]]}',
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            '{"inline_keyboard": [[{"callback_data": "x"}]]}',
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            '{"inline_keyboard": [[{"text": 5, "callback_data": "x"}]]}',
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        (
            '{"inline_keyboard": [[{"text": " ", "callback_data": "x"}]]}',
            "inline keyboard button text must be non-empty",
        ),
        (
            '{"inline_keyboard": [[{"text": "a"}]]}',
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            '{"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}',
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            '{"inline_keyboard": [[{"text": "a", "callback_data": "x", "url": "https://e.org"}]]}',
            "can't parse inline keyboard button: exactly one action must be used in a button",
        ),
    ],
)
async def test_a_misshapen_keyboard_is_refused(
    sandbox: Sandbox, ana: Person, markup: str, complaint: str
) -> None:
    form = {"chat_id": str(ana.chat_id), "text": "t", "reply_markup": markup}
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        answer = await client.post(f"/bot{sandbox.token}/sendMessage", data=form)
    assert answer.status_code == 400
    assert answer.json()["description"] == f"Bad Request: {complaint}"
    assert ana.heard() == []


async def test_a_bot_cannot_write_first(bot: Bot, sandbox: Sandbox) -> None:
    quiet = sandbox.person(STRANGER, "Ben")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(STRANGER, "hello")
    quiet.start()
    await bot.send_message(STRANGER, "hello")
    assert quiet.last == "hello"


async def test_who_blocked_the_bot_gets_nothing_until_they_unblock(bot: Bot, ana: Person) -> None:
    ana.block()
    for attempt in (
        bot.send_message(ana.chat_id, "t"),
        bot.send_chat_action(ana.chat_id, "typing"),
    ):
        with pytest.raises(Forbidden, match=r"^Forbidden: bot was blocked by the user$"):
            await attempt
    ana.unblock()
    await bot.send_message(ana.chat_id, "back")
    assert [entry.kind for entry in ana.ledger] == ["said", "blocked", "unblocked", "sent"]


async def test_a_deleted_account_is_deactivated(bot: Bot, ana: Person) -> None:
    ana.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ana.chat_id, "t")


async def test_a_document_can_be_sent_fetched_and_sent_again(bot: Bot, ana: Person) -> None:
    content = bytes(range(256)) * 40 + b"\r\n--x\r\n"
    sent = await bot.send_document(ana.chat_id, content, filename="grün.pdf", caption="<b>c</b>")
    assert sent.document is not None and sent.document.file_name == "grün.pdf"
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == content
    again = await bot.send_document(ana.chat_id, sent.document.file_id)
    assert again.document == sent.document
    first, second = ana.heard()
    assert first.media and first.media.size == len(content) and first.text == "<b>c</b>"
    assert second.media == first.media
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(ana.chat_id, "nobody-knows")
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("nobody-knows")


async def test_a_photo_must_be_a_picture(bot: Bot, ana: Person) -> None:
    sent = await bot.send_photo(ana.chat_id, PIXEL, caption="small")
    assert (sent.photo[0].width, sent.photo[0].height) == (1, 1)
    wide = PIXEL[:16] + (21).to_bytes(4, "big") + (1).to_bytes(4, "big") + PIXEL[24:]
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
        await bot.send_photo(ana.chat_id, wide)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(ana.chat_id, b"%PDF-1.7")
    assert [entry.kind for entry in ana.heard()] == ["photo"]


async def test_a_photo_may_have_10_megabytes(bot: Bot, ana: Person) -> None:
    room = 10 * 1024 * 1024 - len(PIXEL)
    await bot.send_photo(ana.chat_id, PIXEL + b"\0" * room)
    with pytest.raises(NetworkError, match="Too Large"):
        await bot.send_photo(ana.chat_id, PIXEL + b"\0" * (room + 1))


async def test_a_reply_needs_its_message_or_the_leave_to_go_without(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.chat_id, "re", reply_parameters=ReplyParameters(1))
    assert sent.reply_to_message and sent.reply_to_message.text == "/start"
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(ana.chat_id, "re", reply_parameters=ReplyParameters(99))
    lenient = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(ana.chat_id, "re", reply_parameters=lenient)).text == "re"


async def test_a_bot_says_who_it_is(bot: Bot, ana: Person) -> None:
    assert (bot.username, bot.id) == ("interlude_bot", 1001)
    await bot.set_my_commands([("start", "Begin"), ("help", "Help")], language_code="de")
    assert [c.command for c in await bot.get_my_commands(language_code="de")] == ["start", "help"]
    assert await bot.get_my_commands() == ()
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("Not Good", "x")])
    with pytest.raises(BadRequest, match="Bot_command_description_invalid"):
        await bot.set_my_commands([("good", "x" * 257)])
    await bot.set_my_description("d" * 512)
    await bot.set_my_short_description("s" * 120)
    assert (await bot.get_my_description()).description == "d" * 512
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("s" * 121)
    await bot.set_my_name("Hugo", language_code="de")
    await bot.set_my_name("n" * 64)
    names = [(await bot.get_my_name(language_code=code)).name for code in ("de", "fr", None)]
    assert names == ["Hugo", "n" * 64, "n" * 64]
    assert (await bot.get_me()).first_name == "n" * 64
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_name("n" * 65)
    assert (await bot.get_chat(ana.chat_id)).first_name == "Ana"
    with pytest.raises(BadRequest, match="parameter action"):
        await bot.send_chat_action(ana.chat_id, "dancing")


@pytest.mark.parametrize(("unit", "most"), [("a", 256), ("🙂", 128)])
async def test_a_button_may_copy_1_to_256_units(
    bot: Bot, ana: Person, unit: str, most: int
) -> None:
    def copying(text: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(
            [[InlineKeyboardButton("Copy", copy_text=CopyTextButton(text))]]
        )

    sent = await bot.send_message(ana.chat_id, "a link", reply_markup=copying(unit * most))
    assert sent.reply_markup == copying(unit * most)
    assert ana.tap("Copy") is None  # the bot hears nothing of it
    for wrong in ("", unit * most + "a"):
        with pytest.raises(BadRequest, match=r"(?i)button_copy_text_invalid"):
            await bot.send_message(ana.chat_id, "a link", reply_markup=copying(wrong))
