"""The bot as people meet it at Telegram: its name, its texts, its menus, and what is left to do by
hand.

Used by ``interlude init``. Texts that somebody wrote at @BotFather stay, unless an admin says
otherwise.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar

import click

from bot.config import Settings

if TYPE_CHECKING:
    from bot.chat.own_profile import NotTold, Profile

T = TypeVar("T")
Choice = Literal["keep", "replace"]
NAME = "Interlude"
"""A name for the bot that a lock screen may show to anybody."""
PLACES = {"description": "above the start button", "short_description": "on the bot's page"}
ASKS_NAME = (
    "\nThe bot's name stands on lock screens and in chat lists: take one that speaks of no therapy "
    f"and\nnames nobody, such as {NAME}. Name of the bot"
)
AWAY = "wait until it can be; then once more: interlude init"


def look(settings: Settings) -> Profile | NotTold:
    """The bot as Telegram shows it. TokenRefusedError of ``bot.app``."""
    from bot.chat.own_profile import look as ask

    return asyncio.run(_asked(settings, ask))


def seen(settings: Settings) -> Profile | None:
    """The same; None where that cannot be asked now, which was told."""
    from bot.chat.own_profile import NotTold

    found = look(settings)
    if isinstance(found, NotTold):
        click.echo(f"Telegram does not answer now ({found.why}): the bot's name and texts {AWAY}")
        return None
    return found


def name_asked(profile: Profile) -> str:
    """The name that the bot is to have, one that Telegram takes."""
    from bot.chat.own_profile import LONGEST_NAME

    while True:
        typed: str = click.prompt(ASKS_NAME, default=profile.name).strip()
        if len(typed) <= LONGEST_NAME:
            return typed
        click.echo(f"  That is longer than {LONGEST_NAME} characters, which Telegram does not take")


def replaces(profile: Profile, choice: Choice | None, *, is_asked: bool) -> bool:
    """True where our texts take the place of what somebody wrote at @BotFather."""
    from bot.texts import shipped

    foreign = profile.foreign(shipped())
    if not foreign or choice == "replace":
        return bool(foreign)
    for part, others in foreign.items():
        click.echo("\n".join(f"\nThe text {PLACES[part]} is:\n  {each}" for each in others))
    if choice is None and is_asked:
        return click.confirm("Shall Interlude's own texts, which tell nothing, replace them?")
    click.echo("They stay; `interlude init --texts replace` puts Interlude's own there.")
    return False


def introduce(settings: Settings, profile: Profile, name: str | None, *, replaces: bool) -> bool:
    """Telegram shows the menus, the texts and the name; False where it does not take them
    now, which was told.

    TokenRefusedError of ``bot.app``.
    """
    from bot.chat.own_profile import introduce as tell
    from bot.texts import shipped

    told = partial(tell, texts=shipped(), before=profile, name=name, replaces=replaces)
    failed = asyncio.run(_asked(settings, told))
    if failed is not None:
        named = "" if name is None else f" --bot-name {shlex.quote(name)}"
        what = f"Telegram did not take all of it ({failed.why})"
        click.echo(f"{what}: menus, texts and name {AWAY}{named}")
        return False
    stay = "" if replaces or not profile.foreign(shipped()) else ", but for the texts that stay"
    click.echo(f"@{profile.username}: called {name or profile.name}; menus and texts are set{stay}")
    return True


def by_hand(settings: Settings, profile: Profile) -> Iterator[str]:
    """The things that only a person can do, for Telegram lets no bot do it."""
    policy = settings.practice.privacy_url or "the address of your policy, once you have one"
    yield f"/setprivacypolicy  {policy}"
    yield "/setuserpic        a picture that says nothing (docs/bot-picture.png)"
    if profile.may_join_groups:
        yield "/setjoingroups     Disable"


async def _asked(settings: Settings, ask: Callable[..., Awaitable[T | NotTold]]) -> T | NotTold:
    from bot.app import TelegramAwayError, connected
    from bot.chat.own_profile import NotTold

    try:
        async with connected(settings) as bot:
            return await ask(bot)
    except TelegramAwayError as away:
        return NotTold(str(away))
