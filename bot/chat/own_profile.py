"""The words of the bot about itself at Telegram: its name, and what stands above the start button
and on its page, in every language.

Used by ``interlude init``. They address nobody and name no therapy: anybody who opens the bot reads
them. It must never put them in the place of words that somebody wrote at @BotFather unless told to.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.chat.menu import code_of, show_menu
from bot.texts import Texts
from bot.texts.keys import ClientKey
from flows.languages import tongues

T = TypeVar("T")
Part = Literal["description", "short_description"]
Written = Mapping[str, str]
"""A text by the language that Telegram knows it under; the empty one is everybody else's."""
KEYS: Mapping[Part, ClientKey] = {
    "description": "at_telegram.description",
    "short_description": "at_telegram.short_description",
}
LONGEST_NAME = 64
"""The most that Telegram takes, in characters."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The bot as Telegram shows it now."""

    username: str
    name: str
    may_join_groups: bool
    texts: Mapping[Part, Written]

    @property
    def is_bare(self) -> bool:
        """True where somebody would read nothing in one of the places."""
        return not all(text for written in self.texts.values() for text in written.values())

    def foreign(self, texts: Texts) -> dict[Part, list[str]]:
        """The words of somebody else, by where it stands; empty where all is empty or ours."""
        found = {
            part: sorted(
                {each for each in written.values() if each} - set(ours(texts, part).values())
            )
            for part, written in self.texts.items()
        }
        return {part: others for part, others in found.items() if others}


@dataclass(frozen=True, slots=True)
class NotTold:
    """Telegram did not take it or did not answer: why, without the token."""

    why: str


def ours(texts: Texts, part: Part) -> Written:
    """The text of the catalogue in each language."""
    return {code_of(tongue): texts.client(tongue.plain, KEYS[part]) for tongue in tongues()}


async def look(bot: Bot) -> Profile | NotTold:
    """Ask Telegram what it shows; nothing is changed by it."""
    return await _heard(lambda: _look(bot))


async def introduce(
    bot: Bot, texts: Texts, before: Profile, *, name: str | None, replaces: bool
) -> NotTold | None:
    """Telegram shows the menus, ours of the texts, and this name, where one is given.

    What somebody else wrote (``before.foreign``) stays, unless ``replaces``. What stands there
    already is not sent again: Telegram lets a name be changed a few times a day only.
    """
    return await _heard(lambda: _introduce(bot, texts, before, name, replaces=replaces))


async def _look(bot: Bot) -> Profile:
    me = await bot.get_me()
    codes = [code_of(tongue) for tongue in tongues()]
    described = {code: (await bot.get_my_description(code)).description for code in codes}
    short = {code: (await bot.get_my_short_description(code)).short_description for code in codes}
    name = (await bot.get_my_name()).name
    texts: dict[Part, Written] = {"description": described, "short_description": short}
    return Profile(bot.username, name, bool(me.can_join_groups), texts)


async def _introduce(
    bot: Bot, texts: Texts, before: Profile, name: str | None, *, replaces: bool
) -> None:
    await show_menu(bot, texts)
    foreign = before.foreign(texts)
    for part, written in before.texts.items():
        if part in foreign and not replaces:
            continue
        for code, text in ours(texts, part).items():
            if written[code] != text:
                await _write(bot, part, text, code)
    if name and name != before.name:
        await bot.set_my_name(name)


async def _write(bot: Bot, part: Part, text: str, language: str) -> None:
    if part == "description":
        await bot.set_my_description(text, language_code=language)
    else:
        await bot.set_my_short_description(text, language_code=language)


async def _heard(ask: Callable[[], Awaitable[T]]) -> T | NotTold:
    """Return what Telegram answers; its errors may name the token, so only their kind is kept."""
    try:
        return await ask()
    except RetryAfter:
        return NotTold("it takes no more changes for now")
    except TelegramError as error:
        return NotTold(type(error.__cause__ or error).__name__)
