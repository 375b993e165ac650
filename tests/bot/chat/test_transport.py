"""An error, by what it says of a message: a request that never left, one that may have arrived."""

from __future__ import annotations

import pytest

from bot.chat.connection import connect
from bot.chat.menu import show_menu
from bot.chat.transport import BotTransport
from bot.messages import Message
from bot.ports import RetryLater
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.texts import shipped
from tests.support.house import House

TOKEN = "77:secret"


async def test_a_request_that_never_left_may_be_repeated() -> None:
    bot = connect(TOKEN, "http://127.0.0.1:9", parallel=1)
    found = await BotTransport(bot).send(5, Message("text"))
    assert found == RetryLater(2.0, "ConnectError")
    await bot.shutdown()


async def test_text_travels_as_it_is(house: House) -> None:
    person = await house.therapist()
    odd = "<b>&amp; *bold* _it_ [x](http://e.org) \N{FAMILY} \u202eright"
    await BotTransport(house.app.bot).send(person.chat_id, Message(odd))
    assert person.last == odd


@pytest.mark.parametrize("text", ["/start@interlude_bot", "/HELP", "/help\nand more", "/help  x"])
async def test_commands_as_people_type_them(house: House, text: str) -> None:
    therapist = await house.therapist()
    (told,) = await house.say(therapist, text)
    unknown = await house.say(therapist, "/nonsense")
    assert [told] != unknown


async def test_the_menu_names_every_command_in_both_languages(house: House) -> None:
    await show_menu(house.app.bot, shipped())
    for language in ("en", "de"):
        shown = await house.app.bot.get_my_commands(
            language_code=None if language == "en" else language
        )
        assert [command.command for command in shown] == [name for name, _ in FOR_CLIENTS.menu()]
    client = await house.client(await house.therapist())
    unknown = await house.say(client, "/nonsense")
    for name, _ in FOR_CLIENTS.menu():
        assert await house.say(client, f"/{name}") != unknown
