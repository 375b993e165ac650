"""The token of the bot: typed without being shown, or in a file, and tried at Telegram.

Used by ``interlude init``. It must never show a token, nor put one anywhere but into a file that
its owner alone can read.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click
from pydantic import SecretStr

from bot.cli.setting_up import settings_file
from bot.cli.surroundings import refuse, settings_or_exit
from bot.config import Settings
from bot.config.origins import unreadable
from bot.config.settings import TOKEN

VARIABLE = "INTERLUDE_TELEGRAM__TOKEN"
ASKS = "\nToken of the bot, from @BotFather (/newbot); it is not shown as you type (Enter: later)"
NO_TOKEN = "  That is no token; it looks like 123456:ABC, without spaces"
UNKNOWN = "  Telegram does not know this token; copy it again from @BotFather"
WINS = f"  It stands in the variable {VARIABLE}, which wins over what is typed; put it right there"
FILE = "token"
"""The name of the file in which a typed token is kept, beside the settings."""


def name(path: Path, file: Path) -> None:
    """The settings take the token from this file. It ends with 2 where there is none in it."""
    try:
        held = file.read_text("utf-8-sig").strip()
    except OSError as error:
        refuse([unreadable(str(file), error)])
    if not TOKEN.fullmatch(held):
        refuse([f"--token-file: {file} holds no bot token; put it there, and nothing else"])
    _point(path, file)


def see_to(path: Path) -> None:
    """There is a token that Telegram knows, or somebody at the terminal wants to see to it later.

    One that cannot be tried, since Telegram is out of reach, is taken as it is.
    """
    settings = settings_or_exit(path)
    if settings.telegram.token.get_secret_value():
        if _is_good(settings):
            return
        click.echo(UNKNOWN)
        if VARIABLE in os.environ:
            click.echo(WINS)
            return
    while True:
        typed = click.prompt(ASKS, default="", show_default=False, hide_input=True).strip()
        if not typed:
            return
        if not TOKEN.fullmatch(typed):
            click.echo(NO_TOKEN)
        elif not _is_good(_with(settings, typed)):
            click.echo(UNKNOWN)
        elif _keep(path, settings, typed):
            return


def _is_good(settings: Settings) -> bool:
    """False where Telegram does not know it; who the bot is, or that nobody could say, is told."""
    from bot.app import TelegramAwayError, TokenRefusedError, username_of

    try:
        click.echo(f"  This is @{asyncio.run(username_of(settings))}.")
    except TokenRefusedError:
        return False
    except TelegramAwayError as away:
        click.echo(f"  Telegram cannot be reached now ({away}), so it could not be tried.")
    return True


def _with(settings: Settings, token: str) -> Settings:
    telegram = settings.telegram.model_copy(update={"token": SecretStr(token)})
    return settings.model_copy(update={"telegram": telegram})


def _keep(path: Path, settings: Settings, token: str) -> bool:
    """The token is in the file that the settings name, or in a new one; False: somebody else's file
    is in its place, which was told.
    """
    named = settings.telegram.token_file
    file = named or path.absolute().parent / FILE
    if named is None and file.exists():
        click.echo(f"  {file} is there already and was left as it is; move it away first")
        return False
    try:
        file.touch(mode=0o600)
        file.write_text(f"{token}\n", "utf-8")
    except OSError as error:
        refuse([unreadable(str(file), error, "written")])
    _point(path, file)
    return True


def _point(path: Path, file: Path) -> None:
    """The settings name this file, and hold no token of their own, which would win over it."""
    base, there = path.absolute().parent, file.absolute()
    shown = there.relative_to(base) if there.is_relative_to(base) else there
    settings_file.write(path, {"telegram.token_file": str(shown), "telegram.token": ""})
