"""The list of commands that Telegram shows beside the text field, in every language.

It addresses nobody, for Telegram knows no forms of address, and names no therapy: others may see a
screen. It is the clients' list, for everyone; a therapist's chat gets theirs with the first words.
"""

from __future__ import annotations

from functools import partial

from telegram import Bot, BotCommand

from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.texts import Texts
from flows.languages import BASE, Tongue, tongues


async def show_menu(bot: Bot, texts: Texts) -> None:
    """Telegram knows the commands and what each does. Registering them again changes nothing.

    TelegramError: it could not be told; the bot works all the same.
    """
    for tongue in tongues():
        say = partial(texts.client, tongue.plain)
        menu = [BotCommand(name, say(key)) for name, key in FOR_CLIENTS.menu()]
        await bot.set_my_commands(menu, language_code=code_of(tongue) or None)


def code_of(tongue: Tongue) -> str:
    """The code under which Telegram knows texts of this language; empty: those for everybody whose
    own language has none.
    """
    return "" if tongue.code == BASE else tongue.code.partition("-")[0]
