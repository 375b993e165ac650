"""The list of commands that Telegram shows beside the text field, in English and German.

It is the clients' list, for everyone: a therapist finds theirs under /help.
"""

from __future__ import annotations

from telegram import Bot, BotCommand

from bot.texts import Texts
from flows.languages import Language

COMMANDS = ("checkin", "when", "pause", "resume", "privacy", "crisis", "help", "stop")
LANGUAGES: tuple[Language, ...] = ("en", "de")
"""Telegram knows one German: the list addresses nobody."""


async def show_menu(bot: Bot, texts: Texts) -> None:
    """Telegram knows the commands and what each does. Registering them again changes nothing.

    TelegramError: it could not be told; the bot works all the same.
    """
    for language in LANGUAGES:
        menu = [BotCommand(name, texts.say(language, f"client.menu.{name}")) for name in COMMANDS]
        await bot.set_my_commands(menu, language_code=None if language == "en" else language)
