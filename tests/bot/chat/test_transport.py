"""An error, by what it says of a message: a request that never left, one that may have arrived."""

from __future__ import annotations

import pytest
from telegram import BotCommandScopeChat

from bot.chat.connection import connect
from bot.chat.menu import show_menu
from bot.chat.transport import BotTransport
from bot.messages import Message
from bot.ports import RetryLater
from bot.report.chart_picture import picture_of
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from bot.texts import shipped
from flows.languages import Language
from tests.support.house import House

TOKEN = "77:secret"


async def test_a_request_that_never_left_may_be_repeated() -> None:
    bot = connect(TOKEN, "http://127.0.0.1:9", parallel=1)
    found = await BotTransport(bot, picture_of).send(5, Message("text"))
    assert found == RetryLater(2.0, "ConnectError")
    await bot.shutdown()


async def test_text_travels_as_it_is(house: House) -> None:
    person = await house.therapist()
    odd = "<b>&amp; *bold* _it_ [x](http://e.org) \N{FAMILY} \u202eright"
    await BotTransport(house.app.bot, picture_of).send(person.chat_id, Message(odd))
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


async def test_a_therapists_chat_has_a_menu_of_its_own(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    shown = await house.app.bot.get_my_commands(scope=BotCommandScopeChat(therapist.chat_id))
    assert [each.command for each in shown] == [each.name for each in FOR_THERAPISTS.commands]
    assert await house.app.bot.get_my_commands(scope=BotCommandScopeChat(client.chat_id)) == ()


@pytest.mark.parametrize("tongue", ["en", "de"])
def test_no_menu_mentions_therapy(tongue: str) -> None:
    """Somebody may look over a shoulder."""
    texts, language = shipped(), Language(tongue)
    menus = [texts.client(language, key) for _, key in FOR_CLIENTS.menu()]
    menus += [texts.staff(language, key) for _, key in FOR_THERAPISTS.menu()]
    told = ("therap", "session", "sitzung", "client", "klient", "patient")
    assert [said for said in menus if any(word in said.casefold() for word in told)] == []


async def test_what_collects_a_clients_words_cannot_be_forwarded(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    await house.say(client, "/topic my neighbour")
    await house.say(client, "/topic")
    assert client.newest.protected
    await house.say(therapist, "/digest")
    assert therapist.newest.protected and "my neighbour" in therapist.last
    await house.say(therapist, "/help")
    assert not therapist.newest.protected
